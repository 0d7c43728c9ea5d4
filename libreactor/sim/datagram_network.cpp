#include "datagram_network.hpp"

#include "addresses.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace reactor::sim::detail {

namespace {

/// What IPv4 and IPv6 carry at most.
constexpr std::size_t most_bytes = 65507;

/// The address as sockets of this family name it.
endpoint seen_by(int family, const endpoint& address) noexcept {
    return family == AF_INET6 ? mapped_to_v6(address) : unmapped(address);
}

} // namespace

// ---- addresses

result datagram_network::bind(const socket_ref& socket, const endpoint& where) {
    if (where.family() != socket->family())
        return failed(where.family() == AF_UNSPEC ? EINVAL : EAFNOSUPPORT);
    if (socket->local.family() != AF_UNSPEC)
        return failed(EINVAL);
    forget_closed();
    endpoint chosen = where;
    if (!socket->is_local() && chosen.port() == 0)
        pick_port(socket, chosen);
    else if (taken(*socket, chosen))
        return failed(EADDRINUSE);
    if (is_path(chosen) && !streams_.files().insert(chosen.to_string()).second)
        return failed(EADDRINUSE);
    socket->local = chosen;
    bound_.push_back(socket);
    return done();
}

void datagram_network::pick_port(const socket_ref& socket, endpoint& where) {
    do {
        where.set_port(next_port_);
        next_port_ =
            next_port_ == 60999 ? std::uint16_t{32768} : static_cast<std::uint16_t>(next_port_ + 1);
    } while (taken(*socket, where));
}

bool datagram_network::taken(const datagram_socket& socket, const endpoint& where) {
    return std::any_of(bound_.begin(), bound_.end(), [&](const auto& entry) {
        const auto other = entry.lock();
        if (other == nullptr || other->family() != socket.family())
            return false;
        if (socket.is_local() || other->local.port() != where.port())
            return other->local == where;
        const bool shared = socket.options().number(SOL_SOCKET, SO_REUSEPORT) != 0 &&
                            other->options().number(SOL_SOCKET, SO_REUSEPORT) != 0;
        return !shared &&
               (other->local == where || is_wildcard(other->local) || is_wildcard(where));
    });
}

void datagram_network::forget_closed() {
    std::erase_if(bound_, [](const auto& entry) {
        const auto socket = entry.lock();
        return socket == nullptr || !socket->is_open();
    });
}

void datagram_network::forget_path(const endpoint& path) {
    std::erase_if(bound_, [&](const auto& entry) {
        const auto socket = entry.lock();
        return socket != nullptr && socket->local == path;
    });
}

/// Who gets what is sent there, or null.
datagram_network::socket_ref datagram_network::find(const endpoint& to) {
    forget_closed();
    std::vector<socket_ref> exact;
    std::vector<socket_ref> wide;
    for (const auto& entry : bound_) {
        auto socket = entry.lock();
        if (socket->local == to || (!socket->is_local() && unmapped(socket->local) == to)) {
            exact.push_back(std::move(socket));
            continue;
        }
        const bool both = socket->family() == AF_INET6 && to.family() == AF_INET &&
                          socket->options().number(IPPROTO_IPV6, IPV6_V6ONLY) == 0;
        if (!socket->is_local() && is_wildcard(socket->local) &&
            socket->local.port() == to.port() && (socket->family() == to.family() || both))
            wide.push_back(std::move(socket));
    }
    const auto& found = exact.empty() ? wide : exact;
    if (found.empty())
        return nullptr;
    return found.size() == 1 ? found.front() : found[random_() % found.size()];
}

result datagram_network::find_local(const endpoint& to, socket_ref& found) {
    found = find(to);
    if (found != nullptr)
        return done();
    return failed(is_path(to) && !streams_.files().contains(to.to_string()) ? ENOENT
                                                                            : ECONNREFUSED);
}

// ---- sending

result datagram_network::connect(const socket_ref& socket, const endpoint& to) {
    if (to.family() != socket->family())
        return failed(socket->is_local() || to.family() == AF_UNSPEC ? EINVAL : EAFNOSUPPORT);
    if (socket->is_local()) {
        socket_ref found;
        if (const auto looked = find_local(to, found); !looked.ok())
            return looked;
        socket->set_peer_socket(found);
        socket->remote = to;
        return done();
    }
    const auto target = is_wildcard(to) ? loopback(to.family(), to.port()) : to;
    if (socket->local.family() == AF_UNSPEC)
        (void)bind(socket, unnamed(socket->family()));
    if (is_wildcard(socket->local))
        socket->local = loopback(socket->family(), socket->local.port());
    socket->remote = target;
    return done();
}

result datagram_network::send(const socket_ref& socket, std::string_view bytes,
                              const endpoint& to) {
    if (socket->pending_error() != 0)
        return failed(socket->take_error());
    const bool addressed = to.family() != AF_UNSPEC;
    if (!addressed && !socket->has_peer())
        return failed(socket->is_local() ? ENOTCONN : EDESTADDRREQ);
    if (addressed && to.family() != socket->family())
        return failed(socket->is_local() ? EINVAL : EAFNOSUPPORT);
    const endpoint& target = addressed ? to : socket->remote;
    const auto sent = done(static_cast<std::int64_t>(bytes.size()));
    if (socket->is_local()) {
        const auto given = send_local(*socket, bytes, target);
        return given.ok() ? sent : given;
    }
    if (bytes.size() > most_bytes)
        return failed(EMSGSIZE);
    if (const int error = streams_.outcome(target); error != 0)
        return error == sim_network::no_answer ? sent : failed(error);
    if (socket->local.family() == AF_UNSPEC)
        (void)bind(socket, unnamed(socket->family()));
    if (!chaos_.loses())
        send_away(socket, bytes, target);
    if (chaos_.duplicates())
        send_away(socket, bytes, target);
    return sent;
}

/// A UNIX socket's datagrams are there at once, in order, or refused.
result datagram_network::send_local(const datagram_socket& socket, std::string_view bytes,
                                    const endpoint& to) {
    socket_ref receiver;
    if (const auto found = find_local(to, receiver); !found.ok())
        return found;
    if (!receiver->accepts(socket.local))
        return failed(EPERM);
    if (bytes.size() > streams_.settings->send_capacity)
        return failed(EMSGSIZE);
    if (receiver->full())
        return failed(EAGAIN);
    receiver->arrive(bytes, socket.local);
    return done();
}

/// Each is under way for as long as chance has it: they overtake each other.
void datagram_network::send_away(const socket_ref& socket, std::string_view bytes,
                                 const endpoint& to) {
    auto target = unmapped(to);
    if (is_wildcard(target))
        target = loopback(target.family(), target.port());
    auto from = unmapped(socket->local);
    if (is_wildcard(from))
        from = loopback(target.family(), from.port());
    const auto delay = chaos_.delay();
    if (delay.count() == 0)
        return arrive(socket, bytes, from, target);
    clock_.at(clock_.now() + delay,
              [this, sender = std::weak_ptr(socket), held = std::string(bytes), from, target] {
                  arrive(sender, held, from, target);
              });
}

void datagram_network::arrive(const std::weak_ptr<datagram_socket>& sender, std::string_view bytes,
                              const endpoint& from, const endpoint& to) {
    const auto receiver = find(to);
    if (receiver != nullptr) {
        const auto named = seen_by(receiver->family(), from);
        if (receiver->accepts(named))
            receiver->arrive(bytes, named);
        return;
    }
    // Only to a connected socket does the answer "port unreachable" belong.
    if (const auto refused = sender.lock(); refused != nullptr && refused->is_open())
        if (refused->has_peer() && unmapped(refused->remote) == to)
            refused->refuse(ECONNREFUSED);
}

} // namespace reactor::sim::detail
