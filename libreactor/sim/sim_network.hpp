#pragma once

#include "chaos_source.hpp"
#include "sim_clock.hpp"
#include "sim_socket.hpp"

#include <reactor/endpoint.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reactor::sim::detail {

/// Who is bound where, and how connections come about.  Every address is this host's.
class sim_network {
public:
    using socket_ref = std::shared_ptr<sim_socket>;

    sim_network(sim_clock& clock, std::mt19937_64& random, chaos_source& chaos)
        : clock_(clock), random_(random) {
        settings->chaos = &chaos;
    }

    result bind(const socket_ref& socket, const endpoint& where);
    result listen(const socket_ref& socket, int backlog);
    result connect(const socket_ref& socket, const endpoint& to);
    /// The connection that has waited longest, or an error.
    static std::pair<socket_ref, int> accept(sim_socket& listener);
    bool unlink(std::string_view path);
    /// Two ends of a connection that nobody listened for get addresses and each other.
    void join(const socket_ref& a, const socket_ref& b);

    void set_outcome(const endpoint& address, int error) { outcomes_.emplace_back(address, error); }
    /// What was set last for the address; 0 when nothing was.
    [[nodiscard]] int outcome(const endpoint& address) const;
    /// UNIX sockets' paths; they stay when the socket is closed.
    [[nodiscard]] std::set<std::string>& files() noexcept { return files_; }

    static constexpr int no_answer = -1; ///< For `set_outcome`.
    const std::shared_ptr<socket_settings> settings = std::make_shared<socket_settings>();
    std::chrono::nanoseconds connect_delay{0};
    bool immediate_connects = false;

private:
    result connect_local(const socket_ref& client, const endpoint& to);
    result connect_again(sim_socket& client);
    void attempt(const socket_ref& client);
    static void establish(const socket_ref& client, sim_socket& listener);
    [[nodiscard]] socket_ref find_listener(const endpoint& address);
    [[nodiscard]] bool taken(const sim_socket& socket, const endpoint& where);
    [[nodiscard]] std::uint16_t free_port() noexcept;
    void forget_closed();

    sim_clock& clock_;
    std::mt19937_64& random_;
    std::vector<std::weak_ptr<sim_socket>> bound_;
    std::set<std::string> files_;
    std::vector<std::pair<endpoint, int>> outcomes_;
    std::uint16_t next_port_ = 32768;
};

} // namespace reactor::sim::detail
