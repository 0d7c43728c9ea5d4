#include "loop_core.hpp"

#include <algorithm>
#include <bit>
#include <utility>

// What the loop notes about itself: times, the flight recorder, the audit of callbacks.
namespace reactor::detail {

namespace {

/// What each step has done so far, as `iteration_record::step_items` has it.
std::array<std::uint64_t, step_count> items_of(const struct counters& c) noexcept {
    return {c.wakeups, c.events, c.posts,    c.timers + c.timeouts, c.held_turns, c.closes,
            c.sends,   c.asked,  c.destroyed};
}

/// The place of `counters::iteration_time`; a handful of instructions in each iteration.
std::size_t place_of(std::chrono::nanoseconds time) noexcept {
    const auto units = static_cast<std::uint64_t>(time.count()) >> 12;
    return static_cast<std::size_t>(std::bit_width(units | 1)) - 1;
}

} // namespace

void loop_core::measure(step which) noexcept { measure_until(which, system::monotonic_now()); }

void loop_core::measure_until(step which, std::chrono::nanoseconds end) noexcept {
    const auto place = static_cast<std::size_t>(which);
    counters_.step_time[place] += end - step_start_;
    recorder_.current_.step_time[place] += end - step_start_;
    step_start_ = end;
}

void loop_core::end_iteration() noexcept {
    collect_findings();
    const auto worked = step_start_ - now_;
    counters_.longest_iteration = std::max(counters_.longest_iteration, worked);
    ++counters_.iteration_time[place_of(worked)];
    auto& record = recorder_.current_;
    const auto items = items_of(counters_);
    for (std::size_t i = 0; i < step_count; ++i)
        record.step_items[i] = static_cast<std::uint32_t>(items[i] - items_before_[i]);
    items_before_ = items;
    recorder_.records_[recorder_.finished_ % flight_recorder::capacity] = record;
    ++recorder_.finished_;
    recorder_.step_ = step::wait;
    record = {.number = ++counters_.iterations};
}

timed_callback loop_core::begin_callback(const char* name) noexcept {
    const timed_callback begun{recorder_.class_, system::monotonic_now()};
    recorder_.class_ = name;
    return begun;
}

void loop_core::end_callback(timed_callback which) noexcept {
    const auto took = system::monotonic_now() - which.began;
    const char* name = std::exchange(recorder_.class_, which.outer);
    auto& record = recorder_.current_;
    if (record.longest_class == nullptr || took > record.longest_callback) {
        record.longest_callback = took;
        record.longest_class = name;
    }
    const auto limit = *options_.slow_callback; // the constructor filled it in
    if (options_.audit && limit.count() > 0 && took > limit)
        usage_->note_slow(name, took, limit);
}

} // namespace reactor::detail
