#pragma once

#include "bench/chatload/pacing.hpp"
#include "bench/measure/clock.hpp"

#include <reactor/loop.hpp>
#include <reactor/timer.hpp>
#include <reactor/unique_function.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace chatload {

/// Calls a function at the times of a schedule, which waits for nobody: what is overdue is done at
/// once.
class open_pacer {
public:
    /// @param due  is given the time at which it should have been called.
    open_pacer(reactor::loop& owner, reactor::unique_function<void(std::chrono::nanoseconds)> due)
        : owner_(owner), due_(std::move(due)), timer_(owner, [this] { catch_up(); }) {}

    /// @param rate   calls a second; nothing is done for 0.
    /// @param first  when the first one is due.
    void start(double rate, std::chrono::nanoseconds first) {
        if (rate <= 0)
            return;
        schedule_.emplace(rate, first);
        wait(bench::monotonic_now());
    }
    void stop() noexcept {
        schedule_.reset();
        timer_.cancel();
    }
    [[nodiscard]] bool running() const noexcept { return schedule_.has_value(); }
    /// How many calls there were, the one under way not counted.
    [[nodiscard]] std::uint64_t taken() const noexcept {
        return schedule_ ? schedule_->taken() : 0;
    }
    /// How late the worst call since the last look was.
    [[nodiscard]] std::chrono::nanoseconds take_latest() noexcept {
        return std::exchange(latest_, std::chrono::nanoseconds{});
    }

private:
    static constexpr std::chrono::nanoseconds shortest_pause = std::chrono::microseconds{50};

    void catch_up() {
        const std::chrono::nanoseconds now = bench::monotonic_now();
        if (schedule_)
            latest_ = std::max(latest_, now - schedule_->next());
        while (schedule_ && schedule_->next() <= now) {
            due_(schedule_->next());
            if (schedule_)
                schedule_->take();
        }
        if (schedule_)
            wait(now);
    }
    void wait(std::chrono::nanoseconds now) {
        timer_.start(std::max(schedule_->next(), now + shortest_pause) - owner_.now());
    }

    reactor::loop& owner_;
    reactor::unique_function<void(std::chrono::nanoseconds)> due_;
    reactor::timer timer_;
    std::optional<open_schedule> schedule_;
    std::chrono::nanoseconds latest_{};
};

} // namespace chatload
