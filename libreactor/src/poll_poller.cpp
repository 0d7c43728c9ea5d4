#include "poll_poller.hpp"

#include <cerrno>

namespace reactor::detail {

namespace {

short poll_bits(interest wanted) noexcept {
    return static_cast<short>((wanted.read ? POLLIN : 0) | (wanted.write ? POLLOUT : 0) |
                              (wanted.read && wanted.urgent ? POLLPRI : 0));
}

} // namespace

std::uint32_t poll_poller::place_of(int fd) const noexcept {
    const auto number = static_cast<std::size_t>(fd);
    return number < places_.size() ? places_[number] : nowhere;
}

std::error_code poll_poller::add(int fd, interest wanted, std::uint64_t tag) {
    if (place_of(fd) != nowhere)
        return modify(fd, wanted, tag);
    const auto number = static_cast<std::size_t>(fd);
    if (number >= places_.size())
        places_.resize(number + 1, nowhere);
    entries_.push_back({fd, poll_bits(wanted), 0});
    tags_.push_back(tag);
    places_[number] = static_cast<std::uint32_t>(entries_.size() - 1);
    return {};
}

std::error_code poll_poller::modify(int fd, interest wanted, std::uint64_t tag) {
    const auto place = place_of(fd);
    if (place == nowhere)
        return add(fd, wanted, tag);
    entries_[place].events = poll_bits(wanted);
    tags_[place] = tag;
    return {};
}

void poll_poller::remove(int fd) noexcept {
    const auto place = place_of(fd);
    if (place == nowhere)
        return;
    places_[static_cast<std::size_t>(fd)] = nowhere;
    entries_[place] = entries_.back();
    tags_[place] = tags_.back();
    if (entries_[place].fd != fd)
        places_[static_cast<std::size_t>(entries_[place].fd)] = place;
    entries_.pop_back();
    tags_.pop_back();
}

std::error_code poll_poller::wait(system::wait_limit limit, std::vector<readiness>& out) {
    out.clear();
    const auto waited = system::poll(entries_, limit);
    if (!waited.ok())
        return waited.error == EINTR ? std::error_code{}
                                     : std::error_code{waited.error, std::system_category()};
    auto left = waited.value;
    for (std::size_t i = 0; i < entries_.size() && left > 0; ++i) {
        const auto bits = entries_[i].revents;
        if (bits == 0)
            continue;
        --left;
        out.push_back(
            {.tag = tags_[i],
             .what = ready::when((bits & POLLIN) != 0, ready::read) |
                     ready::when((bits & POLLOUT) != 0, ready::write) |
                     ready::when((bits & POLLPRI) != 0, ready::urgent) |
                     ready::when((bits & (POLLERR | POLLHUP | POLLNVAL)) != 0, ready::hang_up)});
    }
    return {};
}

std::error_code poll_poller::rebuild() {
    entries_.clear();
    tags_.clear();
    places_.clear();
    return {};
}

} // namespace reactor::detail
