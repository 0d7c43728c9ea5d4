#pragma once

#include "description.hpp"
#include "option_store.hpp"
#include "sim_socket.hpp"

#include <reactor/datagram.hpp>
#include <reactor/endpoint.hpp>
#include <reactor/sim/datagram_peer.hpp>

#include <sys/stat.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reactor::sim::detail {

/// A socket of datagrams, UDP or UNIX, as Linux has them.
class datagram_socket final : public description {
public:
    using settings_ref = std::shared_ptr<const socket_settings>;

    datagram_socket(int family, settings_ref settings);

    // What the program may do.
    result recv(std::span<char> buffer, int flags);
    result receive(datagram& into);
    [[nodiscard]] result shutdown(int how) const;
    result set_option(int level, int name, const void* value, socklen_t size);
    result get_option(int level, int name, void* value, socklen_t* size);
    [[nodiscard]] unsigned type() const noexcept override { return S_IFSOCK; }
    [[nodiscard]] std::uint32_t ready() const override;
    [[nodiscard]] filter_state reading() const override;
    [[nodiscard]] filter_state writing() const override;
    [[nodiscard]] std::string describe() const override;

    // What the network does.
    /// Whether it takes datagrams of this sender: of its own peer only, when it has one.
    [[nodiscard]] bool accepts(const endpoint& from) const noexcept;
    /// A UNIX socket's queue takes no more: its senders wait.
    [[nodiscard]] bool full() const noexcept;
    /// UDP: drops what there is no room for.
    void arrive(std::string_view bytes, const endpoint& from);
    /// What it sent was refused over there.
    void refuse(int error) noexcept { error_ = error; }
    [[nodiscard]] int pending_error() const noexcept { return error_; }
    int take_error() noexcept { return std::exchange(error_, 0); }
    void set_peer_socket(const std::shared_ptr<datagram_socket>& to) noexcept { to_ = to; }

    [[nodiscard]] int family() const noexcept { return family_; }
    [[nodiscard]] bool is_local() const noexcept { return family_ == AF_UNIX; }
    [[nodiscard]] bool has_peer() const noexcept { return remote.family() != AF_UNSPEC; }
    [[nodiscard]] const option_store& options() const noexcept { return options_; }
    [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }

    endpoint local;
    endpoint remote;
    /// A socket of the test: what arrives goes here, while it reads.
    std::unique_ptr<std::vector<datagram_peer::message>> tap;
    bool reading_on = true;
    /// What waits, and then what comes.
    void take_waiting();

private:
    const int family_;
    const settings_ref settings_;
    option_store options_;
    int error_ = 0;
    std::size_t queued_ = 0; ///< Bytes.
    std::size_t dropped_ = 0;
    std::deque<datagram_peer::message> queue_;
    std::weak_ptr<datagram_socket> to_; ///< The UNIX socket that it is connected to.
};

} // namespace reactor::sim::detail
