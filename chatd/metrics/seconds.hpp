#pragma once

#include <chrono>

namespace chatd {

/// As Prometheus and people have times.
[[nodiscard]] constexpr double in_seconds(std::chrono::nanoseconds time) noexcept {
    return std::chrono::duration<double>(time).count();
}

} // namespace chatd
