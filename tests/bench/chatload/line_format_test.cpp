#include "bench/chatload/line_format.hpp"

#include "support/catch.hpp"

#include <stdexcept>
#include <string>

using chatload::line_format;
using chatload::line_id;

TEST_CASE("a line has the size asked for and reads back", "[line_format]") {
    for (const std::size_t size : {std::size_t{25}, std::size_t{64}, std::size_t{1000}}) {
        const line_format format("ab12", size);
        const line_id id{42, 0xBEEF};
        const std::string line = format.line(id);
        CHECK(line.size() + 1 == size);
        CHECK(line.starts_with("uab1200042: 0000beef"));
        CHECK(format.name(42) == "uab1200042");
        REQUIRE(format.parse(line));
        CHECK(*format.parse(line) == id);
        CHECK(format.line_bytes() == size);
    }
}

TEST_CASE("what is behind the name is what a client says", "[line_format]") {
    const line_format format("ab12", 64);
    const line_id id{7, 1234};
    std::string said(format.text_bytes() - line_format::label_size, '?');
    format.write_text(said.data(), id);
    CHECK(format.name(7) + ": " + said == format.line(id));
}

TEST_CASE("a name tells its number if it is of this run", "[line_format]") {
    const line_format format("ab12", 64);
    CHECK(format.number_of(format.name(54321)) == 54321U);
    CHECK_FALSE(format.number_of("uzz1200001"));
    CHECK_FALSE(format.number_of("uab120000x"));
    CHECK_FALSE(format.number_of("uab12000011"));
    CHECK_FALSE(format.number_of(""));
    CHECK(format.room(1, false) != format.room(1, true));
    CHECK(format.room(1, false) != format.room(2, false));
}

TEST_CASE("a change of any byte is seen", "[line_format]") {
    const line_format format("ab12", 64);
    const line_id id{42, 99};
    const std::string line = format.line(id);
    for (std::size_t i = 0; i < line.size(); ++i) {
        std::string changed = line;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        INFO(i);
        CHECK((!format.parse(changed) || *format.parse(changed) != id));
    }
    CHECK_FALSE(format.parse(line + "x"));
    CHECK_FALSE(format.parse(""));
}

TEST_CASE("halves of two lines do not make one", "[line_format]") {
    const line_format format("ab12", 64);
    const std::string mixed = format.line({1, 5}).substr(0, 30) + format.line({1, 6}).substr(30);
    CHECK_FALSE(format.parse(mixed));
    CHECK(format.looks_torn(mixed));
}

TEST_CASE("pieces of lines are told from strange lines", "[line_format]") {
    const line_format format("ab12", 64);
    const std::string line = format.line({1, 5});
    for (std::size_t i = 0; i < line.size(); ++i)
        CHECK(format.looks_torn(line.substr(0, i)));
    CHECK(format.looks_torn(line.substr(40)));
    CHECK(format.looks_torn(line + line));
    CHECK_FALSE(format.looks_torn("Unknown command x "));
}

TEST_CASE("sizes and tags out of range are refused", "[line_format]") {
    CHECK_THROWS_AS(line_format("ab12", 24), std::invalid_argument);
    CHECK_THROWS_AS(line_format("ab1", 64), std::invalid_argument);
    CHECK_THROWS_AS(line_format("ab12", line_format::max_line_bytes + 1), std::invalid_argument);
    CHECK(line_format::fresh_tag().size() == line_format::tag_size);
}
