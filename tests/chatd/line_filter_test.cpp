#include "chatd/line_filter.hpp"

#include "support/catch.hpp"

#include <string>
#include <string_view>

using namespace chatd;
using namespace std::string_view_literals;

namespace {

/// What a filter makes of one line, with owned strings.
struct outcome {
    std::string word;
    std::string argument;
    bool blank;
    friend bool operator==(const outcome&, const outcome&) = default;
};

std::ostream& operator<<(std::ostream& out, const outcome& o) {
    return out << '{' << o.word << "|" << o.argument << "|" << o.blank << '}';
}

outcome parsed(std::string_view raw) {
    line_filter filter;
    const parsed_line line = filter.parse(raw);
    return {std::string{line.word}, std::string{line.argument}, line.blank};
}

const outcome nothing{"", "", true};

std::string name(std::string_view argument) {
    std::string scratch;
    return std::string{clean_name(argument, scratch)};
}

} // namespace

TEST_CASE("a line is split at its first blank", "[chatd][line_filter]") {
    CHECK(parsed("say hi") == outcome{"say", "hi", false});
    CHECK(parsed("look") == outcome{"look", "", false});
    CHECK(parsed("say ") == outcome{"say", "", false});
    CHECK(parsed("say   lead and  trail   ") == outcome{"say", "lead and  trail", false});
    CHECK(parsed("login  bob  the: builder \r") == outcome{"login", "bob  the: builder", false});
}

TEST_CASE("the word is not trimmed and only U+0020 ends it", "[chatd][line_filter]") {
    CHECK(parsed(" login bob") == outcome{"", "login bob", false});
    CHECK(parsed("say\thi") == outcome{"say\thi", "", false});
    CHECK(parsed("say\u00a0hi there") == outcome{"say\u00a0hi", "there", false});
    CHECK(parsed("\u3000say x") == outcome{"\u3000say", "x", false});
    CHECK(parsed("LOGIN x") == outcome{"LOGIN", "x", false});
}

TEST_CASE("a blank line is nothing", "[chatd][line_filter]") {
    for (std::string_view raw : {""sv, " "sv, "\r"sv, " \t\v\f \r"sv, "\u3000"sv, "\x1c\x1f"sv,
                                 "\u2028 "sv, "\u0085\u00a0"sv, "\xff\xf1"sv, "\xff\xfb\x01\r"sv})
        CHECK(parsed(raw) == nothing);
}

TEST_CASE("a line of removed characters only is an empty word", "[chatd][line_filter]") {
    CHECK(parsed("\x1b") == outcome{"", "", false});
    CHECK(parsed("\ufeff") == outcome{"", "", false});
}

TEST_CASE("one CR is stripped and others are removed", "[chatd][line_filter]") {
    CHECK(parsed("look\r") == outcome{"look", "", false});
    CHECK(parsed("look\r\r") == outcome{"look", "", false});
    CHECK(parsed("login a\rb\r") == outcome{"login", "ab", false});
}

TEST_CASE("removed characters go from word and argument", "[chatd][line_filter]") {
    CHECK(parsed("lo\x00ok x\x11y\x1b[0m"sv) == outcome{"look", "xy[0m", false});
    CHECK(parsed("\ufefflogin bob") == outcome{"login", "bob", false});
    CHECK(parsed("say \u202eabc\u202c") == outcome{"say", "abc", false});
    CHECK(parsed("say a\tb") == outcome{"say", "a\tb", false});
}

TEST_CASE("blanks around removed characters are trimmed", "[chatd][line_filter]") {
    CHECK(parsed("say \x01 hi \x01 ") == outcome{"say", "hi", false});
    CHECK(parsed("say \x01 \u200e") == outcome{"say", "", false});
}

TEST_CASE("invalid bytes become replacements and the line lives", "[chatd][line_filter]") {
    CHECK(parsed("say \xe4\xbd") == outcome{"say", "\ufffd", false});
    CHECK(parsed("say \xc3\x28") == outcome{"say", "\ufffd(", false});
    CHECK(parsed("s\xfey x") == outcome{"s\ufffdy", "x", false});
    CHECK(parsed("say \xe4\xbd\xa0\xe5\xa5\xbd") == outcome{"say", "\u4f60\u597d", false});
}

TEST_CASE("telnet sequences are swallowed", "[chatd][line_filter][telnet]") {
    CHECK(parsed("\xff\xfe\x03login bob") == outcome{"login", "bob", false});
    CHECK(parsed("lo\xff\xfb\x01ok") == outcome{"look", "", false});
    CHECK(parsed("\xff\xfc\x20\xff\xfd\x20say x") == outcome{"say", "x", false});
    CHECK(parsed("say a\xff\xf1"
                 "b") == outcome{"say", "ab", false});
    CHECK(parsed("say a\xff\xfa\x18\x00 xterm\xff\xff;\xff\xf0"
                 "b"sv) == outcome{"say", "ab", false});
}

TEST_CASE("a doubled IAC is one byte 0xFF and no UTF-8", "[chatd][line_filter][telnet]") {
    CHECK(parsed("say a\xff\xff"
                 "b") == outcome{"say", "a\ufffdb", false});
    CHECK(parsed("say \xff\xff\xff\xff") == outcome{"say", "\ufffd\ufffd", false});
}

TEST_CASE("an open telnet sequence ends with its line", "[chatd][line_filter][telnet]") {
    line_filter filter;
    for (std::string_view raw :
         {"say x\xff"sv, "say x\xff\xfb"sv, "say x\xff\xfa"sv, "say x\xff\xfa\x18\x01"sv,
          "say x\xff\xfa\x18\xff"sv, "say x\xff\xf1"sv}) {
        CHECK(filter.parse(raw).argument == "x");
        CHECK(filter.parse("look").word == "look");
    }
}

TEST_CASE("a telnet sequence that hides bad bytes and controls is handled in order",
          "[chatd][line_filter][telnet]") {
    CHECK(parsed("say \xe4\xff\xf1\xbd\xa0\x01!") == outcome{"say", "\u4f60!", false});
    CHECK(parsed("say x\xff\xf1\x01y") == outcome{"say", "xy", false});
    CHECK(parsed("say \xff\xf1\xff\xff\x01y\xfe\r") == outcome{"say", "\ufffdy\ufffd", false});
}

TEST_CASE("a plain line is viewed and not copied", "[chatd][line_filter]") {
    line_filter filter;
    const std::string raw = "say a line of plain text that is longer than any small buffer";
    const parsed_line line = filter.parse(raw);
    CHECK(line.word.data() == raw.data());
    CHECK(line.argument.data() == raw.data() + 4);
    const std::string with_cr = raw + "\r";
    CHECK(filter.parse(with_cr).argument.data() == with_cr.data() + 4);
}

TEST_CASE("a name loses invisible characters and blanks at its ends",
          "[chatd][line_filter][names]") {
    CHECK(name("bob  the: builder") == "bob  the: builder");
    CHECK(name("b\u200bo\tb\u2060") == "bob");
    CHECK(name("\u200b bob \u200d") == "bob");
    CHECK(name("\u200b\t\u2060").empty());
    CHECK(name("").empty());
}

TEST_CASE("strict names accept words of one script", "[chatd][line_filter][names]") {
    for (std::string_view good :
         {"bob", "Bob the 2nd", "J\u00f6rg", "\u0410\u043d\u043d\u0430", "\u0391\u03bd\u03bd\u03b1",
          "\u4f60\u597d bob", "x-y_z.", "\U0001F600"})
        CHECK(is_strict_name(good));
}

TEST_CASE("strict names refuse what looks like another name", "[chatd][line_filter][names]") {
    for (std::string_view bad : {"",          "alice: hi",  "a  b",        " a",
                                 "a ",        "a\u00a0b",   "a\u3000b",    "p\u0430ul",
                                 "\u0391dam", "e\u0301ric", "\u0301",      "a\u00adb",
                                 "\u3164",    "a\ufe0f",    "\uff41lice",  "\U0001D41Alice",
                                 "a\ufffd",   "a\u2063b",   "a\U000E0041", "a\tb",
                                 "a\u200b",   "\ue000"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_strict_name(bad));
    }
}
