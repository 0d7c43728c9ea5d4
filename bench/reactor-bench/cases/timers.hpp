#pragma once

#include "bench/reactor-bench/benchmark.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace reactor_bench {

/// Which timers fired, and how often.
struct timer_log {
    std::vector<std::uint8_t> fired; ///< For each timer.
    std::uint64_t count = 0;

    void note(std::size_t which) noexcept {
        ++fired[which];
        ++count;
    }
};

/// Timers of one loop, made when this is made.
class timer_set {
public:
    timer_set() = default;
    virtual ~timer_set() = default;
    timer_set(const timer_set&) = delete;
    timer_set& operator=(const timer_set&) = delete;

    /// Starts a timer that is not pending; the delay counts from about now.
    virtual void add(std::size_t which, std::chrono::milliseconds delay) = 0;
    /// Stops a pending one.
    virtual void cancel(std::size_t which) = 0;
    /// Runs the loop until none is pending.
    virtual void run() = 0;
};

[[nodiscard]] benchmark timers_benchmark();

} // namespace reactor_bench
