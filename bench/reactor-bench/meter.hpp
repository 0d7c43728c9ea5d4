#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace reactor_bench {

inline constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();

/// Adds up what this process uses between `start` and `stop`, which may be called repeatedly: time,
/// CPU time and, where the machine has a counter that we may read, instructions in user space.
class meter {
public:
    meter();
    ~meter();
    meter(const meter&) = delete;
    meter& operator=(const meter&) = delete;

    void start() noexcept;
    void stop() noexcept;

    /// Each divided by `count`; in nanoseconds where they are times.
    [[nodiscard]] double elapsed_per(std::uint64_t count) const noexcept;
    /// Of all threads, in user space and in the kernel.
    [[nodiscard]] double cpu_per(std::uint64_t count) const noexcept;
    /// Of the calling thread; `not_measured` where there is no counter.
    [[nodiscard]] double instructions_per(std::uint64_t count) const noexcept;

private:
    struct reading {
        std::chrono::nanoseconds time{};
        std::chrono::nanoseconds cpu{};
        std::uint64_t instructions = 0;
    };
    [[nodiscard]] reading read() const noexcept;

    int counter_; // a perf event; -1: there is none
    reading sum_{};
    reading begin_{};
};

/// Whether this machine lets us count instructions.
[[nodiscard]] bool counts_instructions();

} // namespace reactor_bench
