#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reactor::detail {

/// `HOST:PORT` or `[HOST]:PORT`, taken apart.
struct address_parts {
    std::string_view host; ///< Without its brackets; never empty.
    bool bracketed = false;
    std::uint16_t port = 0;
};

/// Empty when `text` has no such form; then `why`, if given, says in one phrase what is wrong.
[[nodiscard]] std::optional<address_parts> split_address(std::string_view text, std::string* why);

/// `text` in quotation marks, as a message may show it: at most 64 bytes, none of them unprintable.
[[nodiscard]] std::string quoted(std::string_view text);

/// Only digits and dots, as of an IPv4 address that may be wrong.
[[nodiscard]] bool looks_like_v4(std::string_view text) noexcept;
/// Letters, digits, `-`, `.` and `_`, as of a host name that may be wrong.
[[nodiscard]] bool looks_like_name(std::string_view text) noexcept;

/// `byte` as `\xNN`.
void append_escaped(std::string& text, char byte);

/// Puts `text` into `why`, if there is one, and gives nothing.
inline std::nullopt_t refuse(std::string* why, std::string text) {
    if (why != nullptr)
        *why = std::move(text);
    return std::nullopt;
}

inline constexpr const char* v4_form = "four numbers from 0 to 255, as in 127.0.0.1";

} // namespace reactor::detail
