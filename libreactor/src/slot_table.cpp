#include "slot_table.hpp"

namespace reactor::detail {

std::uint32_t slot_table::acquire(dispatcher& channel) {
    if (free_ == no_slot)
        grow();
    const auto index = free_;
    slot& s = (*this)[index];
    free_ = s.next_changed;
    s.next_changed = no_slot;
    s.channel = &channel;
    return index;
}

void slot_table::grow() {
    const auto first = capacity();
    chunks_.push_back(std::make_unique<slot[]>(chunk_slots));
    capacity_ += chunk_slots;
    for (auto i = static_cast<std::uint32_t>(chunk_slots); i-- > 0;) {
        (*this)[first + i].next_changed = free_;
        free_ = first + i;
    }
}

void slot_table::release(std::uint32_t index) noexcept {
    slot& s = (*this)[index];
    bump_generation(s);
    s.channel = nullptr;
    s.fd = -1;
    s.flags &= flag::on_any_list;
    let_go(index);
}

void slot_table::let_go(std::uint32_t index) noexcept {
    slot& s = (*this)[index];
    if (s.channel != nullptr || s.has(flag::on_any_list))
        return;
    s.flags = 0;
    s.deadline = no_deadline;
    s.deadline_place = no_slot;
    s.next_changed = free_;
    free_ = index;
}

void slot_list::push(std::uint32_t index) noexcept {
    slot& s = slots_[index];
    if (s.has(member_flag_))
        return;
    s.set(member_flag_);
    s.*link_ = no_slot;
    if (tail_ == no_slot)
        head_ = index;
    else
        slots_[tail_].*link_ = index;
    tail_ = index;
    ++size_;
}

std::uint32_t slot_list::take() noexcept {
    const auto index = head_;
    slot& s = slots_[index];
    head_ = s.*link_;
    if (head_ == no_slot)
        tail_ = no_slot;
    --size_;
    s.clear(member_flag_);
    if (s.channel != nullptr)
        return index;
    slots_.let_go(index);
    return no_slot;
}

} // namespace reactor::detail
