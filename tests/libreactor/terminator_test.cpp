#include <reactor/terminator.hpp>

#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

using reactor::terminator;
using namespace std::string_literals;
using namespace std::string_view_literals;

TEST_CASE("a terminator is nothing at first", "[terminator]") {
    const terminator none;
    CHECK(none.type() == terminator::kind::none);
    CHECK(none.length() == 0);
    CHECK(none.bytes().empty());
}

TEST_CASE("a terminator of bytes keeps them whatever their number", "[terminator]") {
    const auto text = GENERATE("\n"s, "\r\n"s, "123456"s, "1234567"s, std::string(1000, 'x'),
                               std::string("\0a\0", 3));
    const auto made = terminator::of_bytes(text);
    CHECK(made.type() == terminator::kind::bytes);
    CHECK(made.bytes() == text);
    CHECK(made.length() == 0);
}

TEST_CASE("a terminator's bytes are a copy", "[terminator]") {
    std::string text = GENERATE("ab"s, "longer than fits in place"s);
    const auto before = text;
    const auto made = terminator::of_bytes(text);
    text.assign(text.size(), '?');
    CHECK(made.bytes() == before);
}

TEST_CASE("a terminator of a length is that number", "[terminator]") {
    const auto made = terminator::of_length(12);
    CHECK(made.type() == terminator::kind::length);
    CHECK(made.length() == 12);
    CHECK(made.bytes().empty());
}

TEST_CASE("a terminator moves with its bytes", "[terminator]") {
    auto first = terminator::of_bytes("a rather long terminator");
    terminator second = std::move(first);
    CHECK(second.bytes() == "a rather long terminator"sv);
    second = terminator::of_bytes("\n");
    CHECK(second.bytes() == "\n"sv);
    second = terminator{};
    CHECK(second.type() == terminator::kind::none);
    CHECK(second.bytes().empty());
}

TEST_CASE("terminators that end nothing are refused", "[terminator]") {
    CHECK_THROWS_AS(terminator::of_length(0), std::invalid_argument);
    CHECK_THROWS_AS(terminator::of_bytes(""), std::invalid_argument);
    CHECK_THROWS_WITH(terminator::of_length(0), "reactor::terminator: a length of 0 ends nothing; "
                                                "use clear_terminator()");
    CHECK_THROWS_WITH(terminator::of_bytes(""), "reactor::terminator: an empty string ends "
                                                "nothing; use clear_terminator()");
}
