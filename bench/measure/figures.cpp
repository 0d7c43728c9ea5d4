#include "bench/measure/figures.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>

namespace bench {

std::string quantity(double value, std::string_view unit) {
    if (!std::isfinite(value))
        return "-";
    constexpr std::array<const char*, 4> scales = {"", " k", " M", " G"};
    std::size_t scale = 0;
    for (; std::abs(value) >= 9999.5 && scale + 1 < scales.size(); ++scale)
        value /= 1000;
    const double width = std::abs(value);
    if (width < 1)
        return fmt::format("{:.3g}{}", value, unit);
    const int decimals = width < 100 ? 2 : width < 1000 ? 1 : 0;
    return fmt::format("{:.{}f}{}{}", value, decimals, scales[scale], unit);
}

std::string duration(std::chrono::nanoseconds time) {
    return duration(static_cast<double>(time.count()));
}

std::string duration(double nanoseconds) {
    if (!std::isfinite(nanoseconds))
        return "-";
    const double width = std::abs(nanoseconds);
    if (width < 1e3)
        return fmt::format("{:.4g} ns", std::round(nanoseconds * 10) / 10);
    if (width < 1e6)
        return fmt::format("{:.4g} µs", nanoseconds / 1e3);
    if (width < 1e9)
        return fmt::format("{:.4g} ms", nanoseconds / 1e6);
    return fmt::format("{:.4g} s", nanoseconds / 1e9);
}

std::string size(double bytes) {
    if (!std::isfinite(bytes))
        return "-";
    if (std::abs(bytes) < 1024)
        return fmt::format("{:.0f} B", std::round(bytes) + 0.0); // and no -0
    if (std::abs(bytes) < 1024.0 * 1024.0)
        return fmt::format("{:.1f} KiB", bytes / 1024);
    return fmt::format("{:.1f} MiB", bytes / (1024 * 1024));
}

std::string percent(double share) {
    return std::isfinite(share) ? fmt::format("{:.1f} %", share * 100) : "-";
}

std::string ratio(double value) {
    return std::isfinite(value) ? fmt::format("{:.2f}x", value) : "-";
}

std::string plural(std::uint64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

} // namespace bench
