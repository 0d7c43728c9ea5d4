#include "sim_clock.hpp"

#include <algorithm>

namespace reactor::sim::detail {

void sim_clock::move_to(nanoseconds when) noexcept {
    now_.store(std::max(now(), when).count(), std::memory_order_relaxed);
}

void sim_clock::at(nanoseconds when, unique_function<void()> action) {
    actions_.emplace(std::pair{when, sequence_++}, std::move(action));
}

std::optional<sim_clock::nanoseconds> sim_clock::next() const noexcept {
    return actions_.empty() ? std::nullopt : std::optional{actions_.begin()->first.first};
}

unique_function<void()> sim_clock::take_due() {
    if (actions_.empty() || actions_.begin()->first.first > now())
        return {};
    auto action = std::move(actions_.begin()->second);
    actions_.erase(actions_.begin());
    return action;
}

void sim_clock::forget_actions() noexcept {
    // Destroying one may add another.
    while (!actions_.empty())
        const auto gone = std::exchange(actions_, {});
}

} // namespace reactor::sim::detail
