#pragma once

#include <reactor/counters.hpp>
#include <reactor/export.hpp>
#include <reactor/fwd.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace reactor {

/// What one iteration of a loop did.
struct REACTOR_EXPORT iteration_record {
    /// `counters::iterations` before it: 0 for the first.
    std::uint64_t number = 0;
    /// When its wait ended, as `loop::now`; 0 while it still waits.
    std::chrono::nanoseconds began{};
    /// Time spent in each step, indexed by `step`; a step without work takes none.  The sums over
    /// all iterations are `counters::step_time`.
    std::array<std::chrono::nanoseconds, step_count> step_time{};
    /// What each step did, indexed by `step`, in the numbers of `counters`: `wakeups` for the wait,
    /// `events`, `posts`, `timers` and `timeouts` together, `held_turns`, `closes`, `sends` for the
    /// flush, `asked`, `destroyed`.  0 while the iteration is under way.
    std::array<std::uint32_t, step_count> step_items{};
    /// The longest call of user code; 0 unless `loop_options::time_callbacks` (or audit) is on.
    std::chrono::nanoseconds longest_callback{};
    /// What that call belonged to: a channel's `class_name()`, or `posted function`, `timer`,
    /// `signal function`, `child_watch`; null when none was timed.
    const char* longest_class = nullptr;

    /// Time spent waiting.
    [[nodiscard]] std::chrono::nanoseconds waited() const noexcept {
        return step_time[static_cast<std::size_t>(step::wait)];
    }
    /// Time spent in all other steps.
    [[nodiscard]] std::chrono::nanoseconds worked() const noexcept;
};

/// The last 256 iterations of a loop, always recorded: `loop::recorder()`.
///
/// Costs no clock read beyond those of `counters::step_time`, and about 60 instructions an
/// iteration (not an event).  Knowing the longest callback takes two clock reads a callback, so
/// that is asked for: `loop_options::time_callbacks`.  asyncore had nothing like it.
///
/// Thread: the loop's, with one exception that `dump_to` tells of.
class REACTOR_EXPORT flight_recorder {
public:
    /// Iterations kept.
    static constexpr std::size_t capacity = 256;

    /// Finished iterations that are kept: `capacity` at most.
    [[nodiscard]] std::size_t size() const noexcept {
        return finished_ < capacity ? static_cast<std::size_t>(finished_) : capacity;
    }
    /// The finished iteration number `i` of those kept, 0 the oldest; `i` must be below `size()`
    /// (checked: std::out_of_range).
    [[nodiscard]] const iteration_record& at(std::size_t i) const;
    /// The iteration under way, or what the next one starts from.
    [[nodiscard]] const iteration_record& current() const noexcept { return current_; }
    /// The step under way; `wait` between iterations.
    [[nodiscard]] step current_step() const noexcept { return step_; }
    /// What the callback under way belongs to, as `longest_class`; null when there is none or
    /// callbacks are not timed.
    [[nodiscard]] const char* current_class() const noexcept { return class_; }

    /// A line for each iteration, oldest first, then one that says what is under way.  For people:
    /// the form may change.
    [[nodiscard]] std::string to_string() const;
    /// Writes the text of `to_string` to a descriptor, with write(2) and nothing else: no memory,
    /// no lock, no stdio; errno is kept.  Errors end it early.
    ///
    /// Safe on the loop's thread, also in a signal handler that interrupts it anywhere (then the
    /// iteration under way may show a mixture of old and new numbers), and in any thread while the
    /// loop's thread does not run.  Not safe in another thread beside a running loop: a watchdog
    /// thread sends the loop's thread a signal (pthread_kill) whose handler calls this.
    void dump_to(int fd) const noexcept;

private:
    friend class detail::loop_core;

    std::array<iteration_record, capacity> records_{};
    iteration_record current_;
    std::uint64_t finished_ = 0;
    const char* class_ = nullptr;
    step step_ = step::wait;
};

/// The step's name as spelled in `step`.
[[nodiscard]] REACTOR_EXPORT const char* name_of(step which) noexcept;

} // namespace reactor
