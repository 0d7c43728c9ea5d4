#include "loop_core.hpp"
#include "timer_queue.hpp"

#include <reactor/loop.hpp>
#include <reactor/timer.hpp>

#include <stdexcept>
#include <utility>

namespace reactor {

timer::timer(loop& owner, unique_function<void()> function, weight w)
    : queue_(owner.core_->timers()), node_(queue_->add(std::move(function), w)) {}

timer::timer(timer&& other) noexcept = default;

timer& timer::operator=(timer&& other) noexcept {
    timer former(std::move(other)); // takes ours along and cancels it
    std::swap(queue_, former.queue_);
    std::swap(node_, former.node_);
    return *this;
}

timer::~timer() {
    if (!queue_)
        return;
    queue_->check_usage();
    queue_->remove(node_);
}

void timer::start(std::chrono::nanoseconds delay) {
    if (!queue_)
        return;
    queue_->check_usage();
    queue_->start(node_, detail::later(queue_->now(), delay), {});
}

void timer::start_every(std::chrono::nanoseconds period) {
    if (period.count() <= 0)
        throw std::invalid_argument("reactor::timer::start_every: the period must be above 0");
    if (!queue_)
        return;
    queue_->check_usage();
    queue_->start(node_, detail::later(queue_->now(), period), period);
}

void timer::cancel() noexcept {
    if (!queue_)
        return;
    queue_->check_usage();
    queue_->cancel(node_);
}

bool timer::pending() const noexcept { return queue_ && queue_->pending(node_); }

} // namespace reactor
