#include "chatd/control/words.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace chatd::control;

namespace {

std::vector<std::string> words_of(std::string_view line) {
    std::string why;
    const auto words = split_words(line, why);
    REQUIRE(words);
    CHECK(why.empty());
    return *words;
}

std::string complaint(std::string_view line) {
    std::string why;
    CHECK_FALSE(split_words(line, why));
    return why;
}

} // namespace

TEST_CASE("words are parted by blanks and tabs", "[control]") {
    using list = std::vector<std::string>;
    CHECK(words_of("").empty());
    CHECK(words_of(" \t ").empty());
    CHECK(words_of("who") == list{"who"});
    CHECK(words_of("  kick\talice  at once ") == list{"kick", "alice", "at", "once"});
}

TEST_CASE("a quoted word has blanks and escapes and may be empty", "[control]") {
    using list = std::vector<std::string>;
    CHECK(words_of(R"(kick "bob smith")") == list{"kick", "bob smith"});
    CHECK(words_of(R"("" "a\"b" "c\\d" "\x")") == list{"", "a\"b", "c\\d", "x"});
    CHECK(words_of(R"(it's a"b)") == list{"it's", "a\"b"}); // quotes begin words only
}

TEST_CASE("an open quotation and text glued to one are told", "[control]") {
    CHECK(complaint("say \"never ends").find("a \" is missing") != std::string::npos);
    CHECK(complaint("say \"ends in a\\").find("a \" is missing") != std::string::npos);
    CHECK(complaint("say \"ends in a\\\"").find("a \" is missing") != std::string::npos);
    CHECK(complaint("say \"one\"two").find("a blank is missing") != std::string::npos);
}

TEST_CASE("words that were joined come apart as they were", "[control]") {
    std::vector<std::string> words{"kick", "", "bob smith", "\"", "\\", "a\tb", "x\"y\\z"};
    for (int byte = 1; byte < 256; ++byte)
        if (byte != '\n')
            words.emplace_back(1, static_cast<char>(byte));
    CHECK(words_of(join_words(words)) == words);
}

TEST_CASE("a cell with any byte stays in its line and comes back", "[control]") {
    std::string text;
    for (int byte = 0; byte < 256; ++byte)
        text.push_back(static_cast<char>(byte));
    text += "\\t\\n\\\\";
    const std::string sent = escape_cell(text);
    CHECK(sent.find('\n') == std::string::npos);
    CHECK(sent.find('\t') == std::string::npos);
    CHECK(unescape_cell(sent) == text);
}
