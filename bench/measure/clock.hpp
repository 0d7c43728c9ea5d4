#pragma once

#include <chrono>

namespace bench {

/// The clock that every time of a run is read from: monotonic, counted from an arbitrary start.
[[nodiscard]] inline std::chrono::nanoseconds monotonic_now() noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
}

} // namespace bench
