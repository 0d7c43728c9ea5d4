#pragma once

#include "bench/chatload/run_report.hpp"
#include "bench/measure/histogram.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace chatload {

/// Kinds of latency, in the order in which they are reported.
enum class timing : std::uint8_t { echo, others, answer, login };
inline constexpr std::size_t timings = 4;
inline constexpr const char* timing_names[timings] = {"echo", "others", "answer", "login"};

/// What one thread counts of one load.
struct load_tally {
    counts done; ///< Of the whole run.
    std::unique_ptr<bench::histogram> times[timings];
    std::uint64_t closed_stalled = 0;
    std::chrono::nanoseconds latest_send{};
};

[[nodiscard]] constexpr counts operator+(const counts& a, const counts& b) noexcept {
    return {a.lines + b.lines, a.deliveries + b.deliveries, a.answers + b.answers,
            a.logins + b.logins, a.joins + b.joins};
}
[[nodiscard]] constexpr counts operator-(const counts& a, const counts& b) noexcept {
    return {a.lines - b.lines, a.deliveries - b.deliveries, a.answers - b.answers,
            a.logins - b.logins, a.joins - b.joins};
}

} // namespace chatload
