#include "addresses.hpp"
#include "kernel.hpp"
#include "pieces.hpp"

#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace reactor::sim::detail {

namespace {

result copy_out(const endpoint& from, sockaddr* address, socklen_t* size) noexcept {
    if (address == nullptr || size == nullptr)
        return done();
    std::memcpy(address, from.native(), std::min(*size, from.native_size()));
    *size = from.native_size();
    return done();
}

} // namespace

template <class F>
result kernel::with_socket(int fd, F&& function) {
    const auto target = descriptors.find(fd);
    if (const auto stream = std::dynamic_pointer_cast<sim_socket>(target))
        return function(stream);
    if (const auto found = std::dynamic_pointer_cast<datagram_socket>(target))
        return function(found);
    return failed(target == nullptr ? EBADF : ENOTSOCK);
}

template <class F>
result kernel::with_stream(int fd, F&& function) {
    const auto target = descriptors.find(fd);
    if (const auto stream = std::dynamic_pointer_cast<sim_socket>(target))
        return function(stream);
    const bool others = std::dynamic_pointer_cast<datagram_socket>(target) != nullptr;
    return failed(target == nullptr ? EBADF : others ? EOPNOTSUPP : ENOTSOCK);
}

/// A descriptor that blocks would do so for ever: nothing else happens while the program sits in
/// that call.
result kernel::blocked(const description& target, result given) {
    if (given.error != EAGAIN || target.nonblocking())
        return given;
    stuck = true;
    report("a call on a blocking descriptor would wait for ever: " + target.describe());
    return failed(EDEADLK);
}

result kernel::socket(int family, int type) {
    if (family != AF_INET && family != AF_INET6 && family != AF_UNIX)
        return failed(EAFNOSUPPORT);
    if (type == SOCK_DGRAM)
        return descriptors.open(std::make_shared<datagram_socket>(family, network.settings));
    if (type != SOCK_STREAM)
        return failed(ESOCKTNOSUPPORT);
    return descriptors.open(std::make_shared<sim_socket>(family, network.settings));
}

result kernel::bind(int fd, const endpoint& where) {
    return with_socket(fd,
                       [&](const auto& target) { return network_of(*target).bind(target, where); });
}

result kernel::listen(int fd, int backlog) {
    return with_stream(fd, [&](const auto& target) { return network.listen(target, backlog); });
}

result kernel::connect(int fd, const endpoint& to) {
    return with_socket(fd,
                       [&](const auto& target) { return network_of(*target).connect(target, to); });
}

/// As in Linux, the new descriptor is looked for before the connection.
result kernel::accept(int fd, sockaddr* address, socklen_t* size) {
    if (descriptors.find(fd) == nullptr)
        return failed(EBADF);
    if (const result room = descriptors.room(); !room.ok())
        return room;
    return with_stream(fd, [&](const auto& listener) {
        auto [accepted, error] = network.accept(*listener);
        if (accepted == nullptr)
            return blocked(*listener, failed(error));
        const result opened = descriptors.open(accepted);
        accepted->release(); // the queue's hold
        (void)copy_out(accepted->remote, address, size);
        return opened;
    });
}

result kernel::shutdown(int fd, int how) {
    return with_socket(fd, [&](const auto& target) { return target->shutdown(how); });
}

result kernel::name(int fd, bool of_peer, sockaddr* address, socklen_t* size) {
    return with_socket(fd, [&](const auto& target) {
        if (of_peer)
            return target->has_peer() ? copy_out(target->remote, address, size) : failed(ENOTCONN);
        const bool named = target->local.family() != AF_UNSPEC;
        return copy_out(named ? target->local : unnamed(target->family()), address, size);
    });
}

result kernel::set_option(int fd, int level, int name, const void* value, socklen_t size) {
    return with_socket(
        fd, [&](const auto& target) { return target->set_option(level, name, value, size); });
}

result kernel::get_option(int fd, int level, int name, void* value, socklen_t* size) {
    return with_socket(
        fd, [&](const auto& target) { return target->get_option(level, name, value, size); });
}

result kernel::recv(int fd, std::span<char> buffer, int flags) {
    return with_socket(
        fd, [&](const auto& target) { return blocked(*target, target->recv(buffer, flags)); });
}

result kernel::send(int fd, std::string_view bytes) {
    return with_socket(
        fd, [&](const auto& target) { return blocked(*target, send_on(target, bytes)); });
}

result kernel::sendmsg(int fd, std::span<const iovec> pieces, std::size_t at_most) {
    constexpr std::size_t most_pieces = 1024;
    if (pieces.size() > most_pieces)
        return failed(EMSGSIZE);
    return send(fd, joined(pieces, at_most));
}

} // namespace reactor::sim::detail
