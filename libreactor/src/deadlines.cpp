#include "deadlines.hpp"

namespace reactor::detail {

void deadlines::expect(std::uint32_t index, std::chrono::nanoseconds time) {
    const auto place = slots_[index].deadline_place;
    if (place == no_slot)
        heap_.push({time, index});
    else if (time < heap_[place].time)
        heap_.replace(place, {time, index});
}

void deadlines::forget(std::uint32_t index) noexcept {
    const auto place = slots_[index].deadline_place;
    if (place == no_slot)
        return;
    slots_[index].deadline_place = no_slot;
    heap_.remove(place);
}

std::uint32_t deadlines::take_due(std::chrono::nanoseconds now) noexcept {
    if (heap_.empty() || heap_.first().time > now)
        return no_slot;
    const auto index = heap_.first().index;
    forget(index);
    return index;
}

} // namespace reactor::detail
