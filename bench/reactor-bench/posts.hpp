#pragma once

#include "bench/reactor-bench/options.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace reactor_bench {

/// What a run took, from the first post to the last function's call.
struct posts_result {
    posts_options asked;
    std::uint64_t ran = 0;     ///< Functions called.
    std::uint64_t wakeups = 0; ///< Waits that a post had to end.
    std::uint64_t iterations = 0;
    std::chrono::nanoseconds elapsed{};
    std::chrono::nanoseconds cpu{}; ///< Of all threads.
};

/// Throws std::system_error when a thread or the loop cannot be made.
[[nodiscard]] posts_result run_posts(const posts_options& asked);

[[nodiscard]] std::string to_text(const posts_result& found);

} // namespace reactor_bench
