#include "support/scripted_peer.hpp"

#include "support/record_transport.hpp"
#include "support/socket_pair.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace support {

scripted_peer::scripted_peer(reactor::unique_fd connected)
    : scripted_peer(std::move(connected), wanted_transport()) {}

scripted_peer::scripted_peer(reactor::unique_fd connected,
                             std::unique_ptr<reactor::transport> layer)
    : fd_(std::move(connected)), layer_(std::move(layer)) {
    if (::fcntl(fd_.get(), F_SETFL, O_NONBLOCK) < 0)
        throw std::system_error(errno, std::system_category(), "fcntl");
    (void)start_layer(); // a greeting is on its way before anybody pumps
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
    if (!fd_ || !start_layer())
        return;
    send_some();
    if (fd_ && reading_ && !ended_)
        receive_all();
}

bool scripted_peer::start_layer() {
    if (!layer_ || layer_started_)
        return true;
    const auto started = layer_->start(fd_.get());
    layer_started_ = !started.ec;
    if (started.ec && !started.would_block())
        error_ = started.ec.value();
    return layer_started_;
}

reactor::io_result scripted_peer::send_once(std::string_view data) {
    if (layer_) {
        const iovec piece{const_cast<char*>(data.data()), data.size()}; // only read
        const auto sent = layer_->send_some({&piece, 1});
        layer_owes_ = !sent.drained;
        return sent;
    }
    const auto n = ::send(fd_.get(), data.data(), data.size(), MSG_NOSIGNAL);
    if (n < 0)
        return {0, {errno, std::system_category()}};
    return {static_cast<std::size_t>(n), {}};
}

reactor::io_result scripted_peer::receive_once(std::span<char> buffer) {
    if (layer_)
        return layer_->recv_some(buffer);
    const auto n = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (n < 0)
        return {0, {errno, std::system_category()}};
    return {static_cast<std::size_t>(n), {}};
}

void scripted_peer::send_some() {
    while (fd_ && !all_sent()) {
        const bool bytewise = sent_ >= bytewise_from_;
        const auto end = bytewise ? sent_ + 1 : std::min(outbox_.size(), bytewise_from_);
        const auto given = send_once(std::string_view{outbox_}.substr(sent_, end - sent_));
        if (given.would_block())
            return;
        if (given.ec) {
            error_ = given.ec.value();
            sent_ = outbox_.size(); // the rest is lost
            layer_owes_ = false;
            break;
        }
        sent_ += given.n;
        if (bytewise || layer_owes_)
            break;
    }
    if (all_sent() && wanted_ != ending::none)
        finish(std::exchange(wanted_, ending::none));
}

void scripted_peer::receive_all() {
    char buffer[64 * 1024];
    for (;;) {
        const auto got = receive_once(buffer);
        if (got.n > 0) {
            pieces_.emplace_back(buffer, got.n);
            received_.append(pieces_.back());
            continue;
        }
        ended_ = !got.ec;
        if (got.ec && !got.would_block()) {
            error_ = got.ec.value();
            reading_ = false;
        }
        return;
    }
}

/// False while the layer has more to say.
bool scripted_peer::say_end() {
    if (!layer_ || error_ != 0)
        return true;
    return !layer_->shutdown_some().would_block();
}

void scripted_peer::finish(ending how) {
    if (!fd_)
        return;
    if (!all_sent() || (how != ending::reset && !say_end())) {
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
