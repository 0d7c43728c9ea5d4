#include "support/catch.hpp"

#include <reactor/producer.hpp>

#include <stdexcept>
#include <string>

using reactor::simple_producer;

TEST_CASE("a simple producer gives pieces of 512 bytes and then nothing for good", "[producer]") {
    simple_producer source(std::string(1100, 'x'));
    CHECK(source.more() == std::string(512, 'x'));
    CHECK(source.more() == std::string(512, 'x'));
    CHECK(source.more() == std::string(76, 'x'));
    CHECK(source.more().empty());
    CHECK(source.more().empty());
}

TEST_CASE("a simple producer's pieces are its text", "[producer]") {
    const std::string text("a\0b and more\n", 13);
    for (std::size_t size = 1; size <= text.size() + 1; ++size) {
        simple_producer source(text, size);
        std::string joined;
        for (auto piece = source.more(); !piece.empty(); piece = source.more()) {
            CHECK(piece.size() <= size);
            joined += piece;
        }
        CHECK(joined == text);
    }
}

TEST_CASE("a simple producer of nothing gives nothing", "[producer]") {
    CHECK(simple_producer({}).more().empty());
}

// asynchat's gives nothing at all then, and the text is lost in silence.
TEST_CASE("a simple producer of pieces of no bytes is refused", "[producer]") {
    CHECK_THROWS_AS(simple_producer("text", 0), std::invalid_argument);
}
