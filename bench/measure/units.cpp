#include "bench/measure/units.hpp"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <span>
#include <system_error>

namespace bench {

namespace {

struct unit {
    std::string_view suffix;
    double scale;
};

constexpr unit times[] = {{"", 1e9},   {"s", 1e9},  {"ms", 1e6},
                          {"us", 1e3}, {"m", 60e9}, {"h", 3600e9}};
constexpr unit sizes[] = {{"", 1}, {"B", 1}, {"KiB", 1024}, {"MiB", 1024.0 * 1024}};

/// `text` in the unit whose scale is 1; empty unless it is a number and one of `units`.
std::optional<double> parse_number(std::string_view text, std::span<const unit> units) {
    double value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || !(value >= 0))
        return {};
    const std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const unit& one : units)
        if (one.suffix == suffix)
            return value * one.scale;
    return {};
}

} // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
    constexpr double longest = 100 * 24 * 3600e9;
    const auto value = parse_number(text, times);
    if (!value || !(*value <= longest))
        return {};
    return std::chrono::nanoseconds{static_cast<std::int64_t>(std::llround(*value))};
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    constexpr double exact = 9007199254740992; // up to here a double tells whole numbers apart
    const auto value = parse_number(text, sizes);
    if (!value || !(*value <= exact) || *value != std::floor(*value))
        return {};
    return static_cast<std::uint64_t>(*value);
}

} // namespace bench
