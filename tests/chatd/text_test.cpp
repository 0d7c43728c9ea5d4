#include "chatd/text.hpp"

#include "support/catch.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

using namespace chatd;

namespace {

std::string valid(std::string_view bytes) {
    std::string scratch;
    return std::string{to_valid_utf8(bytes, scratch)};
}

std::string cleaned(std::string_view text, text_use use) {
    std::string scratch;
    return std::string{remove_characters(text, use, scratch)};
}

std::string utf8(char32_t value) {
    std::string out;
    append_utf8(out, value);
    return out;
}

} // namespace

TEST_CASE("valid UTF-8 is given back without a copy", "[chatd][text]") {
    std::string scratch = "untouched";
    const std::string_view text = "a\u00e9\u4f60\U0001F600\u07ff\ue000\uffff\U0010FFFF";
    const auto result = to_valid_utf8(text, scratch);
    CHECK(result.data() == text.data());
    CHECK(result.size() == text.size());
    CHECK(scratch == "untouched");
}

TEST_CASE("each maximal subpart of invalid UTF-8 becomes one replacement", "[chatd][text]") {
    // The expected strings are those of Python's bytes.decode('utf-8', 'replace').
    CHECK(valid("\xff") == "\ufffd");
    CHECK(valid("\x80\xbf") == "\ufffd\ufffd");
    CHECK(valid("\xc0\xaf") == "\ufffd\ufffd");
    CHECK(valid("\xc1\xbf") == "\ufffd\ufffd");
    CHECK(valid("\xe4\xbd") == "\ufffd");
    CHECK(valid("\xe4") == "\ufffd");
    CHECK(valid("\xe4\xbdx") == "\ufffdx");
    CHECK(valid("\xe4x\xbd") == "\ufffdx\ufffd");
    CHECK(valid("\xe0\x80\xaf") == "\ufffd\ufffd\ufffd");
    CHECK(valid("\xe0\x9f\xbf") == "\ufffd\ufffd\ufffd");
    CHECK(valid("\xed\xa0\x80") == "\ufffd\ufffd\ufffd");
    CHECK(valid("\xf0\x90\x80") == "\ufffd");
    CHECK(valid("\xf0\x80\x80\xaf") == "\ufffd\ufffd\ufffd\ufffd");
    CHECK(valid("\xf4\x90\x80\x80") == "\ufffd\ufffd\ufffd\ufffd");
    CHECK(valid("\xf5\x80") == "\ufffd\ufffd");
    CHECK(valid("\xf0\x9f\x98\xf0\x9f\x98\x80") == "\ufffd\U0001F600");
    CHECK(valid("\x61\xf1\x80\x80\xe1\x80\xc2\x62\x80\x63\x80\xbf\x64") ==
          "a\ufffd\ufffd\ufffdb\ufffdc\ufffd\ufffdd");
}

TEST_CASE("every scalar value survives encoding and decoding", "[chatd][text]") {
    for (char32_t value = 0; value <= 0x10FFFF; ++value) {
        if (value >= 0xD800 && value <= 0xDFFF)
            continue;
        const std::string bytes = utf8(value);
        const decoded_char back = decode_utf8(bytes);
        if (!back.valid || back.value != value || back.size != bytes.size())
            FAIL("U+" << std::hex << static_cast<unsigned long>(value));
    }
}

TEST_CASE("plain means printable ASCII at every position", "[chatd][text]") {
    CHECK(is_plain(""));
    CHECK(is_plain("~ !"));
    for (std::size_t size = 1; size < 20; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string text(size, 'a');
                text[at] = static_cast<char>(byte);
                const bool expected = byte >= 0x20 && byte <= 0x7E;
                if (is_plain(text) != expected)
                    FAIL("byte " << byte << " at " << at << " of " << size);
            }
        }
    }
}

TEST_CASE("trim strips what Python strips", "[chatd][text]") {
    for (char32_t value : std::initializer_list<char32_t>{
             0x09, 0x0A,   0x0B,   0x0C,   0x0D,   0x1C,   0x1D,   0x1E,   0x1F,   0x20,  0x85,
             0xA0, 0x1680, 0x2000, 0x2005, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000}) {
        CAPTURE(static_cast<unsigned long>(value));
        const std::string blank = utf8(value);
        CHECK(trim(blank + "a" + blank + "b" + blank) == "a" + blank + "b");
        CHECK(is_blank(blank + blank));
    }
}

TEST_CASE("trim leaves what Python leaves", "[chatd][text]") {
    for (char32_t value : std::initializer_list<char32_t>{0x08, 0x0E, 0x1B, 0x21, 0x7F, 0x84, 0x86,
                                                          0x9F, 0xA1, 0x180E, 0x1FFF, 0x200B,
                                                          0x2027, 0x202A, 0x2060, 0x3001, 0xFEFF}) {
        CAPTURE(static_cast<unsigned long>(value));
        const std::string text = utf8(value);
        CHECK(trim(text) == text);
        CHECK_FALSE(is_blank(" " + text));
    }
}

TEST_CASE("trim of nothing and of blanks only is empty", "[chatd][text]") {
    CHECK(trim("").empty());
    CHECK(trim(" \t\u3000 ").empty());
    CHECK(is_blank(""));
}

TEST_CASE("controls and direction marks are removed from messages", "[chatd][text]") {
    CHECK(cleaned("a\x1b[31mb\x7f", text_use::message) == "a[31mb");
    CHECK(cleaned(std::string_view{"a\0b\x11", 4}, text_use::message) == "ab");
    CHECK(cleaned("\u0080a\u009fb\u0085", text_use::message) == "ab");
    CHECK(cleaned("\u2028\u2029\u202a\u202e\u2066\u2069x\u200e\u200f\u061c\ufeff",
                  text_use::message) == "x");
}

TEST_CASE("messages keep TAB and joiners which names lose", "[chatd][text]") {
    const std::string_view text = "a\tb\u200bc\u200cd\u200de\u2060f";
    CHECK(cleaned(text, text_use::message) == text);
    CHECK(cleaned(text, text_use::name) == "abcdef");
}

TEST_CASE("neighbours of removed characters stay", "[chatd][text]") {
    const std::string_view text = " ~\u00a0\u061b\u061d\u200a\u2010\u2027\u202f\u2065\u206a\ufefe";
    std::string scratch;
    CHECK(remove_characters(text, text_use::name, scratch).data() == text.data());
}
