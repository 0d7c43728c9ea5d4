#pragma once

#include "bench/reactor-bench/benchmark.hpp"

#include <cstdint>

namespace reactor_bench {

/// What the posted functions add up, on the loop's thread.
struct post_log {
    std::uint64_t expected = 0; ///< Functions.
    std::uint64_t ran = 0;
    std::uint64_t sum = 0; ///< Of their numbers.

    void note(std::uint64_t number) noexcept {
        ++ran;
        sum += number;
    }
    /// Whether the loop is to stop.
    [[nodiscard]] bool done() const noexcept { return ran >= expected; }
};

/// A loop to which other threads post functions.
class post_target {
public:
    post_target() = default;
    virtual ~post_target() = default;
    post_target(const post_target&) = delete;
    post_target& operator=(const post_target&) = delete;

    /// Lets `post_log::note(number)` be called on the loop's thread.  Any thread.
    virtual void post(std::uint64_t number) = 0;
    /// Runs the loop until the log is done.
    virtual void run() = 0;
};

[[nodiscard]] benchmark posts_benchmark();

} // namespace reactor_bench
