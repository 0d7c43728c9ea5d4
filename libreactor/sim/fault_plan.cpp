#include "fault_plan.hpp"

#include <algorithm>

namespace reactor::sim {

void faults::fail(call which, int error, const fault_when& when) {
    plan_->add(which, {.error = error, .performed = when.performed}, when);
}

void faults::shorten(call which, std::size_t bytes, const fault_when& when) {
    plan_->add(which, {.at_most = bytes}, when);
}

void faults::give(call which, std::int64_t value, const fault_when& when) {
    plan_->add(which, {.value = value}, when);
}

void faults::clear() noexcept { plan_->clear(); }
std::size_t faults::standing() const noexcept { return plan_->standing(); }
std::uint64_t faults::hits() const noexcept { return plan_->hits(); }

namespace detail {

void fault_plan::add(call which, const fault_outcome& what, const fault_when& when) {
    if (when.times > 0)
        entries_.push_back({which, what, when});
}

fault_outcome fault_plan::next(call which, int fd) {
    fault_outcome outcome;
    bool found = false;
    for (entry& candidate : entries_) {
        if (candidate.which != which || (candidate.when.fd != any_fd && candidate.when.fd != fd))
            continue;
        ++candidate.seen; // also when another fault takes this call
        if (found || candidate.seen < candidate.when.nth || !drawn(candidate.when.chance))
            continue;
        found = true;
        ++hits_;
        outcome = candidate.what;
        ++candidate.hit;
    }
    if (found)
        std::erase_if(entries_, [](const entry& e) { return e.hit >= e.when.times; });
    return outcome;
}

bool fault_plan::drawn(double chance) {
    // Not a standard distribution: those differ between libraries, and a seed must replay
    // everywhere.
    return chance >= 1.0 || static_cast<double>(random_() >> 11) * 0x1p-53 < chance;
}

} // namespace detail
} // namespace reactor::sim
