// What a socket shows of itself: readiness, options, text.
#include "sim_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace reactor::sim::detail {

/// The rules of Linux's tcp_poll and unix_poll.
std::uint32_t sim_socket::ready() const {
    if (phase_ == phase::listening)
        return queue.ready.empty() ? 0U : EPOLLIN;
    if (phase_ == phase::connecting)
        return error_ != 0 ? EPOLLERR : 0U;
    std::uint32_t events = 0;
    if (phase_ != phase::connected || (receive_shut_ && send_shut_))
        events |= EPOLLHUP;
    if (receive_shut_)
        events |= EPOLLIN | EPOLLRDHUP;
    if (!incoming_.empty())
        events |= EPOLLIN;
    if (writable() || (send_shut_ && !is_local()))
        events |= EPOLLOUT;
    if (urgent_ && !urgent_->taken)
        events |= EPOLLPRI;
    if (error_ != 0)
        events |= EPOLLERR;
    return events;
}

/// The rules of FreeBSD's filt_soread.
description::filter_state sim_socket::reading() const {
    if (phase_ == phase::listening)
        return {!queue.ready.empty(), static_cast<std::int64_t>(queue.ready.size())};
    const bool anything = receive_shut_ || error_ != 0 || !incoming_.empty();
    return {anything, static_cast<std::int64_t>(incoming_.size()), receive_shut_, error_};
}

/// The rules of FreeBSD's filt_sowrite.
description::filter_state sim_socket::writing() const {
    if (phase_ == phase::listening || phase_ == phase::fresh)
        return {};
    const auto room = static_cast<std::int64_t>(
        std::min<std::size_t>(send_room(), std::numeric_limits<std::int32_t>::max()));
    const bool connected = phase_ == phase::connected;
    return {send_shut_ || error_ != 0 || (connected && writable()), room, send_shut_, error_};
}

result sim_socket::set_option(int level, int name, const void* value, socklen_t size) {
    const result given = options_.set(level, name, value, size);
    apply_options();
    return given;
}

void sim_socket::inherit_options(const sim_socket& listener) {
    options_ = listener.options_;
    apply_options();
}

/// What was set counts from now on; what was not leaves the world's measure.
void sim_socket::apply_options() {
    if (const int size = options_.number(SOL_SOCKET, SO_SNDBUF); size > 0 && tap_ == nullptr)
        send_capacity_ = static_cast<std::size_t>(size);
    if (const int size = options_.number(SOL_SOCKET, SO_RCVBUF); size > 0)
        receive_capacity_ = static_cast<std::size_t>(size);
    unsent_limit_ =
        static_cast<std::size_t>(std::max(0, options_.number(IPPROTO_TCP, unsent_limit_option)));
}

result sim_socket::get_option(int level, int name, void* value, socklen_t* size) {
    if (level != SOL_SOCKET)
        return options_.get(level, name, value, size);
    switch (name) {
    case SO_ERROR:
        return option_store::give(take_error(), value, size);
    case SO_TYPE:
        return option_store::give(SOCK_STREAM, value, size);
#ifdef SO_DOMAIN
    case SO_DOMAIN:
        return option_store::give(family_, value, size);
#endif
    case SO_ACCEPTCONN:
        return option_store::give(phase_ == phase::listening ? 1 : 0, value, size);
    case SO_SNDBUF:
        return option_store::give(static_cast<int>(send_capacity_), value, size);
    case SO_RCVBUF:
        return option_store::give(static_cast<int>(receive_capacity_), value, size);
    default:
        return options_.get(level, name, value, size);
    }
}

bool sim_socket::lingers_not_at_all() const {
    linger value{};
    socklen_t size = sizeof value;
    (void)options_.get(SOL_SOCKET, SO_LINGER, &value, &size);
    return value.l_onoff != 0 && value.l_linger == 0;
}

std::string sim_socket::describe() const {
    static constexpr const char* names[] = {"socket", "listener", "connecting", "connection",
                                            "ended connection"};
    std::string text = names[static_cast<std::size_t>(phase_)];
    text += ' ' + local.to_string();
    if (phase_ == phase::listening)
        return text + ", " + std::to_string(queue.ready.size()) + " to accept";
    if (phase_ != phase::fresh)
        text += " to " + remote.to_string();
    text += ", " + std::to_string(unread()) + " unread, " + std::to_string(unsent()) + " unsent";
    if (end_arrived_)
        text += ", end arrived";
    if (error_ != 0)
        text += ", error " + std::to_string(error_);
    return text;
}

} // namespace reactor::sim::detail
