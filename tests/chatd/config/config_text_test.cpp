#include "chatd/config/config_file.hpp"

#include "support/catch.hpp"

#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace chatd;
using Catch::Matchers::ContainsSubstring;
using values = std::vector<std::string>;

namespace {

std::vector<statement> read(std::string_view text) {
    std::vector<statement> said;
    read_config_text(text, "f", said);
    return said;
}

statement read_one(std::string_view text) {
    CAPTURE(text);
    const auto said = read(text);
    REQUIRE(said.size() == 1);
    return said.front();
}

values values_of(std::string_view text) {
    const statement said = read_one(text);
    CHECK(said.fault.empty());
    return said.values;
}

std::string fault_of(std::string_view text) {
    const statement said = read_one(text);
    CHECK(said.key.empty());
    return said.where.to_string() + ": " + said.fault;
}

} // namespace

TEST_CASE("a key has a value and a line", "[chatd][config]") {
    const auto said = read("\n# nothing\na-key = 4KiB\n\n  other=x  # why\r\nflag\n; nothing\n");
    REQUIRE(said.size() == 3);
    CHECK(said[0].key == "a-key");
    CHECK(said[0].values == values{"4KiB"});
    CHECK(said[0].where.to_string() == "f:3");
    CHECK(said[0].assigned);
    CHECK(said[1].key == "other");
    CHECK(said[1].values == values{"x"});
    CHECK(said[1].where.to_string() == "f:5");
    CHECK(said[2].key == "flag");
    CHECK_FALSE(said[2].assigned);
}

TEST_CASE("a last line need not end and a byte order mark is no key", "[chatd][config]") {
    const statement said = read_one("\xEF\xBB\xBFkey = 1");
    CHECK(said.key == "key");
    CHECK(said.values == values{"1"});
}

TEST_CASE("a file that is empty or all comments says nothing", "[chatd][config]") {
    CHECK(read("").empty());
    CHECK(read("\n\n\n").empty());
    CHECK(read("# a = b\n;c = d\n   #\n\t\n").empty());
}

TEST_CASE("a list has brackets or blanks or commas", "[chatd][config]") {
    const values both{"a", "b"};
    CHECK(values_of("key = [a, b]\n") == both);
    CHECK(values_of("key = a, b\n") == both);
    CHECK(values_of("key = a b\n") == both);
    CHECK(values_of("key = [ \"a\" , 'b' ] # both\n") == both);
    CHECK(values_of("key = [\"[::1]:1\", \"[::2]:2\"]\n") == values{"[::1]:1", "[::2]:2"});
}

TEST_CASE("a list may take several lines and stands in the first", "[chatd][config]") {
    const auto said = read("\nkey = [a, # the first\n  b,\n\n  c]\nnext = 1\n");
    REQUIRE(said.size() == 2);
    CHECK(said[0].values == values{"a", "b", "c"});
    CHECK(said[0].where.line == 2);
    CHECK(said[1].where.line == 6);
}

TEST_CASE("a value in quotes is one", "[chatd][config]") {
    CHECK(values_of("key = \"a b, c\"\n") == values{"a b, c"});
    CHECK(values_of("key = '[::1]:6666'\n") == values{"[::1]:6666"});
    CHECK(values_of("key = it's\n") == values{"it's"});
}

TEST_CASE("what is no setting is told with its line and the remedy", "[chatd][config]") {
    CHECK(fault_of("\n[main]\n") ==
          "f:2: '[main]' begins a section; chatd has none, write only keys");
    CHECK(fault_of("x\n") == "f:1: 'x' is not a setting; write 'key = value'");
    CHECK(fault_of("max-line 4KiB\n") ==
          "f:1: 'max-line 4KiB' is not a setting; write 'key = value'");
    CHECK(fault_of("= 4\n") == "f:1: a key is missing before '='; write 'key = value'");
    CHECK(fault_of("key =\n") == "f:1: key: a value is missing; write 'key = value'");
    for (const char* nothing : {"key = []\n", "key = \"\"\n", "key = ,\n", "key = ['', '']\n"})
        CHECK(fault_of(nothing) == "f:1: key: a value is missing");
    CHECK(fault_of("key = # none\n") == "f:1: key: a value is missing; write 'key = value'");
    CHECK_THAT(fault_of("key = \"a # b\"\n"), ContainsSubstring("a quote is not closed in '\"a'"));
    CHECK_THAT(fault_of("key = [::1]:6666\n"),
               ContainsSubstring("an address in brackets goes in quotes: \"[::1]:6666\""));
    CHECK(fault_of("\nkey = [a,\nb\n") == "f:2: key: '[' begins a list that no ']' ends");
    CHECK_THAT(fault_of(std::string_view{"key = a\0b\n", 10}),
               ContainsSubstring("f:1: a NUL byte"));
}

TEST_CASE("a mistake does not hide what comes after it", "[chatd][config]") {
    const auto said = read("x\nkey = 1\n[s]\nkey =\nother = 2\n");
    REQUIRE(said.size() == 5);
    CHECK(said[1].key == "key");
    CHECK(said[4].key == "other");
    CHECK(said[4].where.line == 5);
}

TEST_CASE("bytes that are no text are printed as escapes", "[chatd][config]") {
    const std::string fault = fault_of("\x1b[2J\xff bad\n");
    CHECK(fault.find('\x1b') == std::string::npos);
    CHECK(fault.find('\xff') == std::string::npos);
    CHECK_THAT(fault, ContainsSubstring("\\x1b"));
}

TEST_CASE("of a line without end the beginning is printed", "[chatd][config]") {
    CHECK(fault_of(std::string(100'000, 'x') + " y").size() < 300);
}

TEST_CASE("no text makes the reader throw or lose a line's number", "[chatd][config]") {
    std::mt19937 random(7); // NOLINT: the same texts each time
    const std::string_view alphabet{"abc=[]\"'#;, \n\n\t.\\`{}-_\0\xff:", 25};
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (auto size = random() % 80; size > 0; --size)
            text += alphabet[random() % alphabet.size()];
        std::size_t line = 0;
        for (const statement& said : read(text)) {
            INFO(text);
            CHECK((said.where.line >= line && said.where.line > 0));
            CHECK(said.fault.empty() != said.key.empty());
            CHECK(said.key.empty() == said.values.empty());
            line = said.where.line;
        }
    }
}
