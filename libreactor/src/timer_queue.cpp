#include "timer_queue.hpp"

#include <utility>

namespace reactor::detail {

std::uint32_t timer_queue::add(unique_function<void()> function, timer::weight weight) {
    if (free_.empty()) {
        nodes_.emplace_back();
        if (free_.capacity() < nodes_.size()) // so that remove never allocates
            free_.reserve(2 * nodes_.size());
        free_.push_back(static_cast<std::uint32_t>(nodes_.size() - 1));
    }
    const auto index = free_.back();
    free_.pop_back();
    nodes_[index].function = std::move(function);
    nodes_[index].weight = weight;
    return index;
}

void timer_queue::remove(std::uint32_t index) noexcept {
    cancel(index);
    node& n = nodes_[index];
    ++n.serial;
    free_.push_back(index);
    // Last: destroying what the function holds may come back here.
    auto function = std::move(n.function);
}

void timer_queue::start(std::uint32_t index, std::chrono::nanoseconds time,
                        std::chrono::nanoseconds period) {
    if (closed_)
        return;
    cancel(index);
    node& n = nodes_[index];
    heap_.push({time, ++starts_, index});
    n.time = time;
    n.period = period;
    n.start_number = starts_;
    n.state = state::waiting;
    if (n.weight == timer::weight::work)
        ++work_;
}

void timer_queue::cancel(std::uint32_t index) noexcept {
    node& n = nodes_[index];
    if (n.state == state::idle)
        return;
    if (n.state == state::waiting)
        heap_.remove(n.place);
    n.state = state::idle;
    n.start_number = 0;
    if (n.weight == timer::weight::work)
        --work_;
}

void timer_queue::close() noexcept {
    closed_ = true;
    for (std::uint32_t index = 0; index < nodes_.size(); ++index)
        cancel(index);
}

std::chrono::nanoseconds timer_queue::first() const noexcept {
    return heap_.empty() ? std::chrono::nanoseconds::max() : heap_.first().time;
}

void timer_queue::collect_due() {
    while (!heap_.empty() && heap_.first().time <= now_) {
        const auto index = heap_.first().node;
        node& n = nodes_[index];
        due_.push_back({index, n.serial, n.start_number});
        n.state = state::collected;
        heap_.remove(n.place);
    }
}

bool timer_queue::begin(const due_node& due) {
    node& n = nodes_[due.node];
    if (n.serial != due.serial || n.state != state::collected || n.start_number != due.start_number)
        return false;
    const auto time = n.time;
    const auto period = n.period;
    cancel(due.node);
    if (period.count() > 0) {
        const auto missed = (now_ - time) / period; // skipped, never made up for
        start(due.node, time + (missed + 1) * period, period);
    }
    return true;
}

} // namespace reactor::detail
