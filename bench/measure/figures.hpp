#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// Figures as text for people; one that is not finite is `-`.

/// `12.3 k/s`: a decimal prefix, two to four digits that tell something.  `unit` follows it.
[[nodiscard]] std::string quantity(double value, std::string_view unit = "");
/// `850 ns`, `12.3 µs`, `1.5 ms`, `2 s`.
[[nodiscard]] std::string duration(std::chrono::nanoseconds time);
/// The same, for a mean or a median of nanoseconds, to a tenth below 1 µs.
[[nodiscard]] std::string duration(double nanoseconds);
/// `850 B`, `2.0 KiB`, `3.5 MiB`.
[[nodiscard]] std::string size(double bytes);
/// `12.5 %` of a share of 0.125.
[[nodiscard]] std::string percent(double share);
/// `1.25x`
[[nodiscard]] std::string ratio(double value);
/// `1 line`, `2 lines`.
[[nodiscard]] std::string plural(std::uint64_t count, std::string_view what);

/// As a count of seconds.
[[nodiscard]] constexpr double seconds(std::chrono::nanoseconds time) noexcept {
    return static_cast<double>(time.count()) / 1e9;
}

} // namespace bench
