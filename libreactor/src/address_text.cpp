#include "address_text.hpp"

#include <algorithm>
#include <charconv>

namespace reactor::detail {

namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool parse_port(std::string_view text, std::uint16_t& port, std::string* why) {
    if (text.empty()) {
        refuse(why, "after the last colon stands no port: a number from 0 to 65535");
        return false;
    }
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (ec == std::errc{} && end == text.data() + text.size())
        return true;
    refuse(why, "the port " + quoted(text) + " is not a number from 0 to 65535");
    return false;
}

/// @param text  starts with the bracket.
std::optional<address_parts> split_bracketed(std::string_view text, std::string* why) {
    const auto close = text.find(']');
    if (close == std::string_view::npos)
        return refuse(why, "the bracket [ is not closed: [::1]:6666 would be right");
    const auto host = text.substr(1, close - 1);
    const auto rest = text.substr(close + 1);
    if (host.empty())
        return refuse(why, "there is no address in the brackets; [::] stands for all addresses, "
                           "[::1] for this machine");
    if (rest.empty())
        return refuse(why, "there is no :PORT after the ]: [::1]:6666 would be right");
    if (rest.front() != ':')
        return refuse(why, "after the ] stands " + quoted(rest) + " instead of :PORT");
    address_parts parts{.host = host, .bracketed = true};
    if (!parse_port(rest.substr(1), parts.port, why))
        return std::nullopt;
    return parts;
}

} // namespace

std::optional<address_parts> split_address(std::string_view text, std::string* why) {
    if (text.starts_with('['))
        return split_bracketed(text, why);
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return refuse(why, "there is no :PORT at its end: 127.0.0.1:6666 would be right");
    const auto host = text.substr(0, colon);
    if (host.find(']') != std::string_view::npos)
        return refuse(why, "the bracket ] was not opened: [::1]:6666 would be right");
    if (host.find(':') != std::string_view::npos)
        return refuse(why, "an IPv6 address needs brackets and a port: [::1]:6666 would be right");
    address_parts parts{.host = host};
    if (!parse_port(text.substr(colon + 1), parts.port, why))
        return std::nullopt;
    if (host.empty())
        return refuse(why, "there is no host before the colon; 0.0.0.0 and [::] stand for all "
                           "addresses, 127.0.0.1 and [::1] for this machine");
    return parts;
}

std::string quoted(std::string_view text) {
    constexpr std::size_t shown = 64;
    std::string result = "\"";
    for (const char byte : text.substr(0, shown)) {
        const bool printable = static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7f;
        if (printable)
            result += byte;
        else
            append_escaped(result, byte);
    }
    return result + (text.size() > shown ? "...\"" : "\"");
}

bool looks_like_v4(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

bool looks_like_name(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || is_letter(c) || c == '-' || c == '.' || c == '_';
    });
}

void append_escaped(std::string& text, char byte) {
    static constexpr char digits[] = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(byte);
    text += "\\x";
    text += digits[value >> 4U];
    text += digits[value & 0xfU];
}

} // namespace reactor::detail
