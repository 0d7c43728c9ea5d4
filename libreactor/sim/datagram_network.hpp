#pragma once

#include "datagram_socket.hpp"
#include "sim_network.hpp"

#include <reactor/endpoint.hpp>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace reactor::sim::detail {

/// Where datagrams go.  UDP ports are numbers of their own; paths and bad addresses are shared with
/// the streams.
class datagram_network {
public:
    using socket_ref = std::shared_ptr<datagram_socket>;

    datagram_network(sim_clock& clock, std::mt19937_64& random, chaos_source& chaos,
                     sim_network& streams) noexcept
        : clock_(clock), random_(random), chaos_(chaos), streams_(streams) {}

    result bind(const socket_ref& socket, const endpoint& where);
    result connect(const socket_ref& socket, const endpoint& to);
    /// @param to  without address: the socket's peer.
    result send(const socket_ref& socket, std::string_view bytes, const endpoint& to = {});
    /// The socket with this path is not found any more.
    void forget_path(const endpoint& path);

private:
    result send_local(const datagram_socket& socket, std::string_view bytes, const endpoint& to);
    result find_local(const endpoint& to, socket_ref& found);
    void send_away(const socket_ref& socket, std::string_view bytes, const endpoint& to);
    void arrive(const std::weak_ptr<datagram_socket>& sender, std::string_view bytes,
                const endpoint& from, const endpoint& to);
    [[nodiscard]] socket_ref find(const endpoint& to);
    [[nodiscard]] bool taken(const datagram_socket& socket, const endpoint& where);
    void pick_port(const socket_ref& socket, endpoint& where);
    void forget_closed();

    sim_clock& clock_;
    std::mt19937_64& random_;
    chaos_source& chaos_;
    sim_network& streams_;
    std::vector<std::weak_ptr<datagram_socket>> bound_;
    std::uint16_t next_port_ = 32768;
};

} // namespace reactor::sim::detail
