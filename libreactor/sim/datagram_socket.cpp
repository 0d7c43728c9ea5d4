#include "datagram_socket.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace reactor::sim::detail {

datagram_socket::datagram_socket(int family, settings_ref settings)
    : family_(family), settings_(std::move(settings)) {}

// ---- receiving

bool datagram_socket::accepts(const endpoint& from) const noexcept {
    return !has_peer() || remote == from;
}

/// As /proc/sys/net/unix/max_dgram_qlen has it.
bool datagram_socket::full() const noexcept {
    constexpr std::size_t most_waiting = 10;
    return is_local() && queue_.size() > most_waiting;
}

void datagram_socket::arrive(std::string_view bytes, const endpoint& from) {
    if (tap != nullptr && reading_on) {
        tap->push_back({std::string(bytes), from});
        return;
    }
    const int chosen = options_.number(SOL_SOCKET, SO_RCVBUF);
    const auto capacity =
        chosen > 0 ? static_cast<std::size_t>(chosen) : settings_->receive_capacity;
    if (!is_local() && queued_ + bytes.size() > capacity) {
        ++dropped_;
        return;
    }
    queued_ += bytes.size();
    queue_.push_back({std::string(bytes), from});
}

void datagram_socket::take_waiting() {
    for (auto& waiting : std::exchange(queue_, {}))
        tap->push_back(std::move(waiting));
    queued_ = 0;
    reading_on = true;
}

result datagram_socket::receive(datagram& into) {
    if (error_ != 0)
        return failed(take_error());
    if (queue_.empty())
        return failed(EAGAIN);
    const auto first = std::move(queue_.front());
    queue_.pop_front();
    queued_ -= first.bytes.size();
    const auto count = std::min(first.bytes.size(), into.bytes.size());
    if (count > 0)
        std::memcpy(into.bytes.data(), first.bytes.data(), count);
    into = {.bytes = into.bytes.first(count),
            .peer = first.from,
            .truncated = count < first.bytes.size()};
    return done(static_cast<std::int64_t>(count));
}

result datagram_socket::recv(std::span<char> buffer, int flags) {
    if ((flags & MSG_OOB) != 0)
        return failed(EOPNOTSUPP);
    datagram one{.bytes = buffer, .peer = {}};
    return receive(one);
}

result datagram_socket::shutdown(int how) const {
    if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
        return failed(EINVAL);
    return has_peer() ? done() : failed(ENOTCONN);
}

// ---- what it shows of itself

/// The rules of Linux's datagram_poll and unix_dgram_poll.
std::uint32_t datagram_socket::ready() const {
    std::uint32_t events = 0;
    if (!queue_.empty())
        events |= EPOLLIN;
    if (error_ != 0)
        events |= EPOLLERR;
    if (writing().ready)
        events |= EPOLLOUT;
    return events;
}

description::filter_state datagram_socket::reading() const {
    const auto first = queue_.empty() ? 0 : queue_.front().bytes.size();
    return {!queue_.empty() || error_ != 0, static_cast<std::int64_t>(first)};
}

description::filter_state datagram_socket::writing() const {
    const auto to = to_.lock();
    return {to == nullptr || !to->full(), static_cast<std::int64_t>(settings_->send_capacity)};
}

result datagram_socket::set_option(int level, int name, const void* value, socklen_t size) {
    return options_.set(level, name, value, size);
}

result datagram_socket::get_option(int level, int name, void* value, socklen_t* size) {
    if (level == SOL_SOCKET && name == SO_ERROR)
        return option_store::give(take_error(), value, size);
    if (level == SOL_SOCKET && name == SO_TYPE)
        return option_store::give(SOCK_DGRAM, value, size);
#ifdef SO_DOMAIN
    if (level == SOL_SOCKET && name == SO_DOMAIN)
        return option_store::give(family_, value, size);
#endif
    return options_.get(level, name, value, size);
}

std::string datagram_socket::describe() const {
    std::string text = "datagrams " + local.to_string();
    if (has_peer())
        text += " to " + remote.to_string();
    text += ", " + std::to_string(queue_.size()) + " unread";
    if (dropped_ > 0)
        text += ", " + std::to_string(dropped_) + " dropped";
    if (error_ != 0)
        text += ", error " + std::to_string(error_);
    return text;
}

} // namespace reactor::sim::detail
