#include "bench/reactor-bench/sockets.hpp"

#include "bench/measure/probe.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace reactor_bench {

namespace {

/// Beside the sockets: standard streams, the loop's own, and some that were inherited.
constexpr std::uint64_t spare_descriptors = 32;

/// Makes sure before anything is opened that so many pairs can be.
void reserve_descriptors(std::uint64_t pairs) {
    const std::uint64_t needed = pairs * 2 + spare_descriptors;
    if (const auto limit = bench::raise_descriptor_limit(); limit < needed)
        throw std::runtime_error(
            fmt::format("{} pairs of sockets need {} descriptors, the limit is {} (see ulimit -Hn)",
                        pairs, needed, limit));
}

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::system_category(), call);
}

reactor::unique_fd make_tcp_socket(int flags) {
    reactor::unique_fd made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
    if (!made)
        fail("socket");
    return made;
}

void set_no_delay(const reactor::unique_fd& socket) {
    const int on = 1;
    if (::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
        fail("setsockopt");
}

} // namespace

std::vector<socket_pair> make_unix_pairs(std::uint64_t count) {
    reserve_descriptors(count);
    std::vector<socket_pair> made(count);
    for (auto& pair : made) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
            fail("socketpair");
        pair.reader.reset(ends[0]);
        pair.writer.reset(ends[1]);
    }
    return made;
}

reactor::unique_fd make_listener() {
    auto made = make_tcp_socket(SOCK_NONBLOCK);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fail("bind");
    if (::listen(made.get(), SOMAXCONN) != 0)
        fail("listen");
    return made;
}

reactor::unique_fd connect_to(const reactor::unique_fd& listener) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        fail("getsockname");
    auto made = make_tcp_socket(0);
    const linger reset{.l_onoff = 1, .l_linger = 0};
    if (::setsockopt(made.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset) != 0)
        fail("setsockopt");
    set_no_delay(made);
    if (::connect(made.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0)
        fail("connect");
    if (::fcntl(made.get(), F_SETFL, O_NONBLOCK) != 0)
        fail("fcntl");
    return made;
}

std::vector<socket_pair> make_tcp_pairs(std::uint64_t count) {
    reserve_descriptors(count);
    const auto listener = make_listener();
    std::vector<socket_pair> made(count);
    for (auto& pair : made) {
        pair.writer = connect_to(listener);
        pair.reader.reset(
            ::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!pair.reader)
            fail("accept4");
        set_no_delay(pair.reader);
    }
    return made;
}

} // namespace reactor_bench
