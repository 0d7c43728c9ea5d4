#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace reactor {

/// The steps of one iteration, in the order in which they run.
enum class step : std::uint8_t {
    wait,
    dispatch,
    posts,
    timers,
    held_input,
    closes,
    flush,
    ask,
    destroy
};
/// How many values `step` has.
inline constexpr std::size_t step_count = 9;

/// How many values `counters::iteration_time` has.
inline constexpr std::size_t iteration_time_count = 52;
/// What iterations counted at this place of `counters::iteration_time` took less than: 8.192 us for
/// 0, twice as much for each further one.  `place` is below `iteration_time_count - 1`, whose last
/// has no bound.
[[nodiscard]] constexpr std::chrono::nanoseconds iteration_time_bound(std::size_t place) noexcept {
    return std::chrono::nanoseconds{std::int64_t{1} << (place + 13)};
}

/// What a loop has done since it was made.  Plain numbers, written by the loop's thread only.
struct counters {
    std::uint64_t iterations = 0;    ///< Iterations begun.
    std::uint64_t events = 0;        ///< Readiness reports, wake-ups and files included.
    std::uint64_t dead_events = 0;   ///< Reports for channels that were closed before.
    std::uint64_t set_rebuilds = 0;  ///< Times such reports made us renew the kernel's set.
    std::uint64_t wakeups = 0;       ///< Waits ended by another thread or a signal.
    std::uint64_t reads = 0;         ///< Receive calls.
    std::uint64_t sends = 0;         ///< Send calls, failed ones included.
    std::uint64_t bytes_in = 0;      ///< Bytes that the receive calls gave.
    std::uint64_t bytes_out = 0;     ///< Bytes that the kernel took.
    std::uint64_t accepts = 0;       ///< Connections accepted.
    std::uint64_t accept_errors = 0; ///< Accepts refused by a limit; the listener rests after each.
    std::uint64_t posts = 0;         ///< Posted functions run.
    std::uint64_t timers = 0;        ///< Timer callbacks run.
    std::uint64_t timeouts = 0;      ///< Channel deadlines that came due.
    std::uint64_t held_turns = 0;    ///< Turns given to channels with input in user space.
    std::uint64_t closes = 0;        ///< `handle_close` calls.
    std::uint64_t asked = 0;         ///< Channels whose predicates were asked.
    std::uint64_t interest_changes = 0; ///< Calls that changed what the kernel watches.
    std::uint64_t destroyed = 0;        ///< Channels owned by the loop and destroyed by it.
    std::uint64_t exceptions = 0;       ///< Exceptions that escaped user code.
    std::uint64_t limit_closes = 0; ///< Channels closed by an output limit or for want of progress.
    std::uint64_t flushes_cut_short = 0; ///< Flushes that ended by their budget.
    std::uint64_t audit_findings = 0;    ///< Reports of the audit mode.
    /// Time spent in each step; steps without work are not timed.
    std::array<std::chrono::nanoseconds, step_count> step_time{};
    std::chrono::nanoseconds longest_iteration{}; ///< Without its wait.
    /// Iterations by what they took without their wait: see `iteration_time_bound`.
    std::array<std::uint64_t, iteration_time_count> iteration_time{};
};

} // namespace reactor
