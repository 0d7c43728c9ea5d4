#include "sim_network.hpp"

#include "addresses.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <cerrno>

namespace reactor::sim::detail {

using phase = sim_socket::phase;

// ---- addresses

result sim_network::bind(const socket_ref& socket, const endpoint& where) {
    if (where.family() != socket->family())
        return failed(EAFNOSUPPORT);
    if (socket->local.family() != AF_UNSPEC || socket->state() != phase::fresh)
        return failed(EINVAL);
    forget_closed();
    endpoint chosen = where;
    if (!socket->is_local() && chosen.port() == 0)
        do
            chosen.set_port(free_port());
        while (taken(*socket, chosen));
    else if (taken(*socket, chosen))
        return failed(EADDRINUSE);
    if (is_path(chosen) && !files_.insert(chosen.to_string()).second)
        return failed(EADDRINUSE);
    socket->local = chosen;
    bound_.push_back(socket);
    return done();
}

bool sim_network::unlink(std::string_view path) {
    const std::string name = endpoint::unix_path(path).to_string();
    // The socket, if it is still there, can no longer be found by this name.
    std::erase_if(bound_, [&](const auto& entry) {
        const auto socket = entry.lock();
        return socket != nullptr && is_path(socket->local) && socket->local.to_string() == name;
    });
    return files_.erase(name) > 0;
}

bool sim_network::taken(const sim_socket& socket, const endpoint& where) {
    const auto clashes = [&](const std::weak_ptr<sim_socket>& entry) {
        const auto other = entry.lock();
        if (other == nullptr || other->family() != socket.family())
            return false;
        if (socket.is_local())
            return other->local == where;
        if (other->local.port() != where.port())
            return false;
        const bool shared = socket.options().number(SOL_SOCKET, SO_REUSEPORT) != 0 &&
                            other->options().number(SOL_SOCKET, SO_REUSEPORT) != 0;
        return !shared &&
               (other->local == where || is_wildcard(other->local) || is_wildcard(where));
    };
    return std::any_of(bound_.begin(), bound_.end(), clashes);
}

std::uint16_t sim_network::free_port() noexcept {
    const std::uint16_t port = next_port_;
    next_port_ = port == 60999 ? std::uint16_t{32768} : static_cast<std::uint16_t>(port + 1);
    return port;
}

void sim_network::forget_closed() {
    std::erase_if(bound_, [](const auto& entry) {
        const auto socket = entry.lock();
        return socket == nullptr || !socket->is_open();
    });
}

// ---- listening

result sim_network::listen(const socket_ref& socket, int backlog) {
    if (socket->state() != phase::fresh && socket->state() != phase::listening)
        return failed(EINVAL);
    if (socket->local.family() == AF_UNSPEC) {
        if (socket->is_local())
            return failed(EINVAL);
        if (const result bound = bind(socket, unnamed(socket->family())); !bound.ok())
            return bound;
    }
    constexpr int most = 4096;
    socket->queue.backlog = static_cast<std::size_t>(backlog < 0 ? most : std::min(backlog, most));
    socket->set_state(phase::listening);
    return done();
}

std::pair<sim_network::socket_ref, int> sim_network::accept(sim_socket& listener) {
    if (listener.state() != phase::listening)
        return {nullptr, EINVAL};
    auto& queue = listener.queue;
    if (queue.ready.empty())
        return {nullptr, EAGAIN};
    auto accepted = std::move(queue.ready.front());
    queue.ready.pop_front();
    while (!queue.kept_waiting.empty() && queue.ready.size() <= queue.backlog) {
        const auto client = queue.kept_waiting.front().lock();
        queue.kept_waiting.pop_front();
        if (client != nullptr && client->is_open() && client->state() == phase::connecting)
            establish(client, listener);
    }
    return {std::move(accepted), 0};
}

sim_network::socket_ref sim_network::find_listener(const endpoint& address) {
    forget_closed();
    std::vector<socket_ref> exact;
    std::vector<socket_ref> wide;
    for (const auto& entry : bound_) {
        auto socket = entry.lock();
        if (socket->state() != phase::listening || socket->local.port() != address.port())
            continue;
        const bool both = socket->family() == AF_INET6 && address.family() == AF_INET &&
                          socket->options().number(IPPROTO_IPV6, IPV6_V6ONLY) == 0;
        if (socket->local == address)
            exact.push_back(std::move(socket));
        else if (is_wildcard(socket->local) && (socket->family() == address.family() || both))
            wide.push_back(std::move(socket));
    }
    const auto& found = exact.empty() ? wide : exact;
    if (found.empty())
        return nullptr;
    return found.size() == 1 ? found.front() : found[random_() % found.size()];
}

// ---- connecting

result sim_network::connect(const socket_ref& client, const endpoint& to) {
    if (client->state() != phase::fresh)
        return connect_again(*client);
    if (to.family() != client->family())
        return failed(client->is_local() ? EINVAL : EAFNOSUPPORT);
    if (client->is_local())
        return connect_local(client, to);
    client->remote = is_wildcard(to) ? loopback(to.family(), to.port()) : to;
    const std::uint16_t port = client->local.port();
    if (client->local.family() == AF_UNSPEC || is_wildcard(client->local))
        client->local = client->remote;
    client->local.set_port(port != 0 ? port : free_port());
    client->set_state(phase::connecting);
    auto delay = connect_delay;
    if (client->tap() == nullptr) // a peer may speak as soon as it is made
        delay += settings->chaos->delay();
    if (delay.count() > 0) {
        clock_.at(clock_.now() + delay, [this, held = std::weak_ptr(client)] {
            if (const auto waiting = held.lock())
                attempt(waiting);
        });
        return failed(EINPROGRESS);
    }
    attempt(client);
    if (!immediate_connects || client->state() == phase::connecting)
        return failed(EINPROGRESS);
    if (client->pending_error() != 0)
        return failed(client->take_error());
    client->success_untold = false;
    return done();
}

result sim_network::connect_again(sim_socket& client) {
    switch (client.state()) {
    case phase::connecting:
        return failed(EALREADY);
    case phase::connected:
        return std::exchange(client.success_untold, false) ? done() : failed(EISCONN);
    case phase::listening:
        return failed(client.is_local() ? EINVAL : EISCONN);
    default:
        break;
    }
    const int error = client.take_error();
    return failed(error != 0 ? error : ECONNABORTED);
}

result sim_network::connect_local(const socket_ref& client, const endpoint& to) {
    const auto listener = find_listener(to);
    if (listener == nullptr)
        return failed(is_path(to) && !files_.contains(to.to_string()) ? ENOENT : ECONNREFUSED);
    if (listener->queue.ready.size() > listener->queue.backlog)
        return failed(EAGAIN);
    client->remote = to;
    if (client->local.family() == AF_UNSPEC)
        client->local = unnamed(AF_UNIX);
    establish(client, *listener);
    client->success_untold = false;
    return done();
}

int sim_network::outcome(const endpoint& address) const {
    const auto known = std::find_if(outcomes_.rbegin(), outcomes_.rend(),
                                    [&](const auto& entry) { return entry.first == address; });
    return known == outcomes_.rend() ? 0 : known->second;
}

/// The first packet arrives, so to speak.
void sim_network::attempt(const socket_ref& client) {
    if (client->state() != phase::connecting || !client->is_open())
        return;
    if (const int known = outcome(client->remote); known != 0) {
        if (known != no_answer)
            client->fail(known);
        return;
    }
    const auto listener = find_listener(client->remote);
    if (listener == nullptr)
        client->fail(ECONNREFUSED);
    else if (listener->queue.ready.size() > listener->queue.backlog)
        listener->queue.kept_waiting.push_back(client);
    else
        establish(client, *listener);
}

void sim_network::establish(const socket_ref& client, sim_socket& listener) {
    socket_ref server;
    if (listener.tap() != nullptr) {
        server = sim_socket::for_peer(listener.family(), listener.settings());
    } else {
        server = std::make_shared<sim_socket>(listener.family(), listener.settings());
        server->retain(); // by the queue, until it is accepted
    }
    server->inherit_options(listener);
    const bool mapped = listener.family() == AF_INET6;
    server->local = mapped ? mapped_to_v6(client->remote) : client->remote;
    server->remote = mapped ? mapped_to_v6(client->local) : client->local;
    sim_socket::link(client, server);
    client->success_untold = true;
    listener.queue.ready.push_back(std::move(server));
}

void sim_network::join(const socket_ref& a, const socket_ref& b) {
    a->local = b->remote = loopback(a->family(), free_port());
    b->local = a->remote = loopback(a->family(), free_port());
    sim_socket::link(a, b);
}

} // namespace reactor::sim::detail
