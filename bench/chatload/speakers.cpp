#include "bench/chatload/speakers.hpp"

namespace chatload {

speakers::speakers(std::uint32_t rooms) : by_number_(line_format::max_clients), of_room_(rooms) {}

speaker& speakers::add(std::uint32_t number, std::uint32_t room, std::uint32_t load,
                       std::uint32_t counted_by) {
    speaker& made = keep(number, room, load, counted_by);
    made.place = static_cast<std::uint32_t>(of_room_[room].size());
    of_room_[room].push_back(&made);
    by_number_[number].store(&made, std::memory_order_release);
    return made;
}

speaker* speakers::add_visitor(std::uint32_t room, std::uint32_t load, std::uint32_t counted_by) {
    const std::lock_guard lock(mutex_);
    const std::uint32_t number = next_visitor_.load(std::memory_order_relaxed);
    if (number >= by_number_.size())
        return nullptr;
    speaker& made = keep(number, room, load, counted_by);
    made.place = static_cast<std::uint32_t>(of_room_[room].size()) + number - first_visitor_;
    by_number_[number].store(&made, std::memory_order_release);
    next_visitor_.store(number + 1, std::memory_order_release);
    return &made;
}

speaker& speakers::keep(std::uint32_t number, std::uint32_t room, std::uint32_t load,
                        std::uint32_t counted_by) {
    auto made = std::make_unique<speaker>();
    made->number = number;
    made->room = room;
    made->load = load;
    made->counted_by = counted_by;
    all_.push_back(std::move(made));
    return *all_.back();
}

} // namespace chatload
