#include <reactor/datagram.hpp>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace reactor {

datagram_batch::datagram_batch(std::size_t count, std::size_t bytes) : room_(bytes) {
    if (count == 0 || bytes == 0)
        throw std::invalid_argument("reactor::datagram_batch: no room");
    memory_ = std::make_unique<char[]>(count * bytes);
    datagrams_.resize(count);
    rooms_.resize(count);
    for (std::size_t i = 0; i < count; ++i)
        rooms_[i] = memory_.get() + i * bytes;
}

bool datagram_batch::add(std::string_view bytes, const endpoint& to) noexcept {
    if (full() || bytes.size() > room_)
        return false;
    if (!bytes.empty())
        std::memmove(rooms_[size_], bytes.data(), bytes.size());
    datagrams_[size_] = {.bytes = {rooms_[size_], bytes.size()}, .peer = to};
    ++size_;
    return true;
}

std::span<datagram> datagram_batch::vacate() noexcept {
    size_ = 0;
    for (std::size_t i = 0; i < datagrams_.size(); ++i)
        datagrams_[i].bytes = {rooms_[i], room_};
    return datagrams_;
}

void datagram_batch::drop_front(std::size_t count) noexcept {
    const auto move_up = [&](auto& list) {
        const auto begin = list.begin();
        std::rotate(begin, begin + static_cast<std::ptrdiff_t>(count),
                    begin + static_cast<std::ptrdiff_t>(size_));
    };
    if (count < size_) {
        move_up(datagrams_);
        move_up(rooms_);
    }
    size_ -= count;
}

} // namespace reactor
