#include "support/scripted_peer.hpp"

#include "support/socket_pair.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace support {

scripted_peer::scripted_peer(reactor::unique_fd connected) : fd_(std::move(connected)) {
    if (::fcntl(fd_.get(), F_SETFL, O_NONBLOCK) < 0)
        throw std::system_error(errno, std::system_category(), "fcntl");
}

scripted_peer::scripted_peer(const reactor::endpoint& address)
    : scripted_peer(connect_to(address)) {}

void scripted_peer::send(std::string_view data) {
    outbox_.append(data);
    send_some();
}

void scripted_peer::send_byte_by_byte(std::string_view data) {
    if (bytewise_from_ == std::string::npos)
        bytewise_from_ = outbox_.size();
    outbox_.append(data);
}

void scripted_peer::send_urgent(char byte) {
    if (::send(fd_.get(), &byte, 1, MSG_OOB | MSG_NOSIGNAL) != 1)
        throw std::system_error(errno, std::system_category(), "send(MSG_OOB)");
}

void scripted_peer::half_close() { finish(ending::half_close); }

void scripted_peer::close() { finish(ending::close); }

void scripted_peer::reset() { finish(ending::reset); }

void scripted_peer::pump() {
    if (!fd_)
        return;
    send_some();
    if (fd_ && reading_ && !ended_)
        receive_all();
}

void scripted_peer::send_some() {
    while (fd_ && sent_ < outbox_.size()) {
        const bool bytewise = sent_ >= bytewise_from_;
        const auto end = bytewise ? sent_ + 1 : std::min(outbox_.size(), bytewise_from_);
        const auto n = ::send(fd_.get(), outbox_.data() + sent_, end - sent_, MSG_NOSIGNAL);
        if (n < 0) {
            if (errno == EAGAIN || errno == EWOULDBLOCK)
                return;
            error_ = errno;
            sent_ = outbox_.size(); // the rest is lost
            break;
        }
        sent_ += static_cast<std::size_t>(n);
        if (bytewise)
            break;
    }
    if (all_sent() && wanted_ != ending::none)
        finish(std::exchange(wanted_, ending::none));
}

void scripted_peer::receive_all() {
    char buffer[64 * 1024];
    for (;;) {
        const auto n = ::recv(fd_.get(), buffer, sizeof buffer, 0);
        if (n > 0) {
            pieces_.emplace_back(buffer, static_cast<std::size_t>(n));
            received_.append(pieces_.back());
            continue;
        }
        ended_ = n == 0;
        if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
            error_ = errno;
            reading_ = false;
        }
        return;
    }
}

void scripted_peer::finish(ending how) {
    if (!fd_)
        return;
    if (!all_sent()) {
        wanted_ = how;
        return;
    }
    if (how == ending::half_close) {
        ::shutdown(fd_.get(), SHUT_WR);
        return;
    }
    if (how == ending::reset) {
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    fd_.reset();
}

} // namespace support
