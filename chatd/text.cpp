#include "chatd/text.hpp"

#include <cstring>

namespace chatd {

namespace {

/// How the characters that begin with one byte go on.
struct sequence {
    std::size_t size; ///< 0: no character begins so.
    unsigned char
        second_low; ///< Least and greatest second byte: here lie the rules against overlong forms,
    unsigned char second_high; ///< surrogates and values above U+10FFFF.
};

constexpr sequence sequence_of(unsigned char lead) noexcept {
    if (lead < 0x80)
        return {1, 0, 0};
    if (lead < 0xC2)
        return {0, 0, 0};
    if (lead < 0xE0)
        return {2, 0x80, 0xBF};
    if (lead == 0xE0)
        return {3, 0xA0, 0xBF};
    if (lead == 0xED)
        return {3, 0x80, 0x9F};
    if (lead < 0xF0)
        return {3, 0x80, 0xBF};
    if (lead == 0xF0)
        return {4, 0x90, 0xBF};
    if (lead < 0xF4)
        return {4, 0x80, 0xBF};
    if (lead == 0xF4)
        return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

/// Where the last character of valid UTF-8 begins.
std::size_t last_start(std::string_view text) noexcept {
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
        --at;
    return at;
}

} // namespace

decoded_char decode_utf8(std::string_view text) noexcept {
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80)
        return {lead, 1, true};
    const sequence wanted = sequence_of(lead);
    if (wanted.size == 0)
        return {replacement_character, 1, false};
    char32_t value = lead & (0x7Fu >> wanted.size);
    for (std::size_t i = 1; i < wanted.size; ++i) {
        if (i == text.size())
            return {replacement_character, i, false};
        const auto byte = static_cast<unsigned char>(text[i]);
        const unsigned char low = i == 1 ? wanted.second_low : 0x80;
        const unsigned char high = i == 1 ? wanted.second_high : 0xBF;
        if (byte < low || byte > high)
            return {replacement_character, i, false};
        value = (value << 6) | (byte & 0x3Fu);
    }
    return {value, wanted.size, true};
}

void append_utf8(std::string& out, char32_t value) {
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (value < 0x80) {
        put(value);
        return;
    }
    if (value < 0x800) {
        put(0xC0 | (value >> 6));
    } else if (value < 0x10000) {
        put(0xE0 | (value >> 12));
        put(0x80 | ((value >> 6) & 0x3F));
    } else {
        put(0xF0 | (value >> 18));
        put(0x80 | ((value >> 12) & 0x3F));
        put(0x80 | ((value >> 6) & 0x3F));
    }
    put(0x80 | (value & 0x3F));
}

namespace {

/// The top bit of a byte is set in the result if that byte is below 0x20, 0x7F or above, provided
/// that no byte before it is: a carry into the next one comes from a find only.
constexpr std::uint64_t not_plain(std::uint64_t eight_bytes) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101;
    return eight_bytes | (eight_bytes - ones * 0x20) | (eight_bytes + ones);
}

std::uint64_t eight_bytes_at(const char* at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

} // namespace

bool is_plain(std::string_view text) noexcept {
    constexpr std::size_t step = sizeof(std::uint64_t);
    std::uint64_t odd = 0;
    if (text.size() < step) {
        char padded[step] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
        for (std::size_t i = 0; i < text.size(); ++i)
            padded[i] = text[i];
        odd = not_plain(eight_bytes_at(padded));
    } else {
        const char* const last = text.data() + text.size() - step;
        for (const char* at = text.data(); at < last; at += step)
            odd |= not_plain(eight_bytes_at(at));
        odd |= not_plain(eight_bytes_at(last)); // may have been looked at in part
    }
    return (odd & 0x8080808080808080) == 0;
}

bool is_white_space(char32_t value) noexcept {
    if (value <= 0x20)
        return value == 0x20 || (value >= 0x09 && value <= 0x0D) ||
               (value >= 0x1C && value <= 0x1F);
    if (value < 0x1680)
        return value == 0x85 || value == 0xA0;
    return value == 0x1680 || (value >= 0x2000 && value <= 0x200A) || value == 0x2028 ||
           value == 0x2029 || value == 0x202F || value == 0x205F || value == 0x3000;
}

std::string_view trim(std::string_view text) noexcept {
    while (!text.empty()) {
        const decoded_char first = decode_utf8(text);
        if (!is_white_space(first.value))
            break;
        text.remove_prefix(first.size);
    }
    while (!text.empty()) {
        const std::size_t at = last_start(text);
        if (!is_white_space(decode_utf8(text.substr(at)).value))
            break;
        text = text.substr(0, at);
    }
    return text;
}

bool is_blank(std::string_view text) noexcept {
    while (!text.empty()) {
        const decoded_char first = decode_utf8(text);
        if (!is_white_space(first.value))
            return false;
        text.remove_prefix(first.size);
    }
    return true;
}

std::string_view to_valid_utf8(std::string_view bytes, std::string& scratch) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const decoded_char next = decode_utf8(bytes.substr(at));
        if (!next.valid)
            break;
        at += next.size;
    }
    if (at == bytes.size())
        return bytes;
    scratch.assign(bytes.substr(0, at));
    while (at < bytes.size()) {
        const decoded_char next = decode_utf8(bytes.substr(at));
        if (next.valid)
            scratch.append(bytes.substr(at, next.size));
        else
            append_utf8(scratch, replacement_character);
        at += next.size;
    }
    return scratch;
}

bool is_removed(char32_t value, text_use use) noexcept {
    if (value < 0x20)
        return value != 0x09 || use == text_use::name;
    if (value < 0x061C)
        return value >= 0x7F && value <= 0x9F;
    if (value >= 0x200B && value <= 0x200D)
        return use == text_use::name;
    if (value == 0x2060)
        return use == text_use::name;
    return value == 0x061C || value == 0x200E || value == 0x200F ||
           (value >= 0x2028 && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069) ||
           value == 0xFEFF;
}

std::string_view remove_characters(std::string_view text, text_use use, std::string& scratch) {
    std::size_t at = 0;
    while (at < text.size()) {
        const decoded_char next = decode_utf8(text.substr(at));
        if (is_removed(next.value, use))
            break;
        at += next.size;
    }
    if (at == text.size())
        return text;
    scratch.assign(text.substr(0, at));
    while (at < text.size()) {
        const decoded_char next = decode_utf8(text.substr(at));
        if (!is_removed(next.value, use))
            scratch.append(text.substr(at, next.size));
        at += next.size;
    }
    return scratch;
}

} // namespace chatd
