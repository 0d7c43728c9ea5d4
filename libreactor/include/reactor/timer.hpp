#pragma once

#include <reactor/export.hpp>
#include <reactor/fwd.hpp>
#include <reactor/unique_function.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

namespace reactor {

namespace detail {
class timer_queue;
} // namespace detail

/// Calls a function later on the loop's thread.  Move-only; destroying it cancels.
///
/// The function runs in the iteration's timer step, never inside a call of yours, at or after its
/// time, never before.  One that a timer function starts waits for the next iteration, even when it
/// is due at once.  The function may start, cancel or destroy this and any other timer.  What it
/// throws goes to `loop::on_error`. A pending timer keeps the loop running unless it is a
/// background one.  Must not be used on another thread; one that outlives its loop or was
/// moved from is inactive: it never runs and starting it does nothing.  An empty function does
/// nothing.
class REACTOR_EXPORT timer {
public:
    /// Whether a pending timer counts as work of the loop.
    enum class weight : std::uint8_t {
        work,       ///< `loop::run` does not return while it is pending.
        background, ///< Does not keep the loop running.
    };

    /// A timer of `owner` that is not pending; `function` is what it calls each time.
    timer(loop& owner, unique_function<void()> function, weight w = weight::work);
    /// Takes over the other's function and its time; the other is inactive afterwards.
    timer(timer&& other) noexcept;
    /// The same; what this timer was before is cancelled.
    timer& operator=(timer&& other) noexcept;
    /// Cancels.  Also inside its own function.
    ~timer();

    /// Runs once after `delay` (negative: 0), counted from the loop's cached time.  Restarts a
    /// pending one.
    void start(std::chrono::nanoseconds delay);
    /// Runs every `period` (> 0, else std::invalid_argument); periods missed are skipped, never
    /// made up for.
    void start_every(std::chrono::nanoseconds period);
    /// It will not run until it is started again; nothing happens on one that is not pending.
    void cancel() noexcept;
    /// Started, and not run or cancelled since; a repeating one always until cancelled.
    [[nodiscard]] bool pending() const noexcept;

private:
    std::shared_ptr<detail::timer_queue> queue_; // outlives the loop with the last of its timers
    std::uint32_t node_ = 0;
};

} // namespace reactor
