#include <reactor/sim/peer.hpp>

#include "sim_network.hpp"
#include "sim_socket.hpp"

#include <cerrno>
#include <utility>

namespace reactor::sim {

namespace {

using detail::sim_socket;
using phase = sim_socket::phase;

void close_socket(const std::shared_ptr<sim_socket>& socket) {
    if (socket != nullptr && socket->is_open())
        socket->release();
}

} // namespace

peer::peer(std::shared_ptr<sim_socket> socket) noexcept : socket_(std::move(socket)) {}

peer::~peer() { close_socket(socket_); }

peer& peer::operator=(peer&& other) noexcept {
    if (this != &other) {
        close_socket(socket_);
        socket_ = std::move(other.socket_);
    }
    return *this;
}

bool peer::send(std::string_view bytes) { return socket_ != nullptr && socket_->send(bytes).ok(); }

bool peer::send_urgent(char byte) {
    if (socket_ == nullptr || !socket_->can_send())
        return false;
    socket_->send_urgent(byte);
    return true;
}

std::size_t peer::unsent() const noexcept { return socket_ == nullptr ? 0 : socket_->unsent(); }

const std::string& peer::received() const noexcept {
    static const std::string nothing;
    return socket_ == nullptr ? nothing : socket_->tap()->text;
}

std::string peer::take() {
    if (socket_ == nullptr)
        return {};
    socket_->tap()->pieces.clear();
    return std::exchange(socket_->tap()->text, {});
}

std::vector<std::string> peer::segments() const {
    std::vector<std::string> segments;
    if (socket_ == nullptr)
        return segments;
    std::size_t start = 0;
    for (const std::size_t size : socket_->tap()->pieces) {
        segments.push_back(socket_->tap()->text.substr(start, size));
        start += size;
    }
    return segments;
}

void peer::stop_reading() noexcept {
    if (socket_ != nullptr)
        socket_->tap()->reading = false;
}

void peer::resume_reading() {
    if (socket_ != nullptr)
        socket_->resume_reading();
}

std::size_t peer::read_some(std::size_t limit) {
    return socket_ == nullptr ? 0 : socket_->read_some(limit);
}

std::size_t peer::unread() const noexcept { return socket_ == nullptr ? 0 : socket_->unread(); }

void peer::half_close() {
    if (socket_ != nullptr)
        (void)socket_->shutdown(SHUT_WR);
}

void peer::close() { close_socket(socket_); }

void peer::reset() {
    if (socket_ == nullptr)
        return;
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    (void)socket_->set_option(SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close_socket(socket_);
}

bool peer::is_open() const noexcept { return socket_ != nullptr && socket_->is_open(); }

bool peer::connected() const noexcept { return is_open() && socket_->state() == phase::connected; }

bool peer::connecting() const noexcept {
    return is_open() && socket_->state() == phase::connecting;
}

bool peer::ended() const noexcept { return socket_ != nullptr && socket_->at_end(); }

bool peer::was_reset() const noexcept { return socket_ != nullptr && socket_->was_reset(); }

int peer::error() const noexcept {
    return socket_ == nullptr ? ENOTCONN : socket_->pending_error();
}

endpoint peer::local_address() const { return socket_ == nullptr ? endpoint() : socket_->local; }

endpoint peer::remote_address() const { return socket_ == nullptr ? endpoint() : socket_->remote; }

// ---- peer_listener

peer_listener::peer_listener(std::shared_ptr<sim_socket> socket) noexcept
    : socket_(std::move(socket)) {}

peer_listener::~peer_listener() { close_socket(socket_); }

peer_listener& peer_listener::operator=(peer_listener&& other) noexcept {
    if (this != &other) {
        close_socket(socket_);
        socket_ = std::move(other.socket_);
    }
    return *this;
}

endpoint peer_listener::address() const { return socket_ == nullptr ? endpoint() : socket_->local; }

std::optional<peer> peer_listener::accept() {
    if (socket_ == nullptr || socket_->queue.ready.empty())
        return std::nullopt;
    return peer(detail::sim_network::accept(*socket_).first);
}

void peer_listener::close() { close_socket(socket_); }

} // namespace reactor::sim
