#include <reactor/sim/datagram_peer.hpp>

#include "datagram_socket.hpp"
#include "kernel.hpp"

#include <cerrno>
#include <utility>

namespace reactor::sim {

namespace {

void close_socket(const std::shared_ptr<detail::datagram_socket>& socket) {
    if (socket != nullptr && socket->is_open())
        socket->release();
}

} // namespace

datagram_peer::datagram_peer(std::shared_ptr<detail::datagram_socket> socket,
                             std::weak_ptr<detail::datagram_network> network) noexcept
    : socket_(std::move(socket)), network_(std::move(network)) {}

datagram_peer::~datagram_peer() { close_socket(socket_); }

datagram_peer& datagram_peer::operator=(datagram_peer&& other) noexcept {
    if (this != &other) {
        close_socket(socket_);
        socket_ = std::move(other.socket_);
        network_ = std::move(other.network_);
        error_ = other.error_;
    }
    return *this;
}

/// @param call  what is done with socket and network.
template <class Call>
bool datagram_peer::tried(Call call) {
    const auto network = network_.lock();
    const bool usable = socket_ != nullptr && socket_->is_open() && network != nullptr;
    const auto given = usable ? call(*network) : detail::failed(ENOTCONN);
    if (!given.ok())
        error_ = given.error;
    return given.ok();
}

bool datagram_peer::send_to(std::string_view bytes, const endpoint& to) {
    return tried([&](auto& network) { return network.send(socket_, bytes, to); });
}

bool datagram_peer::connect(const endpoint& to) {
    return tried([&](auto& network) { return network.connect(socket_, to); });
}

bool datagram_peer::send(std::string_view bytes) {
    return tried([&](auto& network) { return network.send(socket_, bytes); });
}

const std::vector<datagram_peer::message>& datagram_peer::received() const noexcept {
    static const std::vector<message> nothing;
    return socket_ == nullptr ? nothing : *socket_->tap;
}

std::vector<datagram_peer::message> datagram_peer::take() {
    return socket_ == nullptr ? std::vector<message>{} : std::exchange(*socket_->tap, {});
}

void datagram_peer::stop_reading() noexcept {
    if (socket_ != nullptr)
        socket_->reading_on = false;
}

void datagram_peer::resume_reading() {
    if (socket_ != nullptr)
        socket_->take_waiting();
}

std::size_t datagram_peer::dropped() const noexcept {
    return socket_ == nullptr ? 0 : socket_->dropped();
}

endpoint datagram_peer::address() const { return socket_ == nullptr ? endpoint() : socket_->local; }

void datagram_peer::close() { close_socket(socket_); }

} // namespace reactor::sim
