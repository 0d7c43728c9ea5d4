#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bench {

/// Reads `10`, `10s`, `500ms`, `250us`, `2m` or `1h` (a plain number is seconds, a fraction is
/// allowed); empty when it is none of these, negative or longer than a hundred days.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// Reads a number of bytes: `64`, `64B`, `2KiB` or `1MiB` (a fraction is allowed); empty when it
/// is none of these, negative or no whole number of bytes.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

} // namespace bench
