// What the library relies on in its system calls, whichever of two twins makes them.
#include "support/catch.hpp"

#include "system.hpp"
#include "wakeup.hpp"

#include <reactor/socket_options.hpp>

#include "support/socket_pair.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>

namespace system_calls = reactor::system;
using namespace std::chrono_literals;
using reactor::unique_fd;
using reactor::detail::wakeup;

namespace {

unique_fd fd_of(system_calls::result made) {
    REQUIRE(made.ok());
    return unique_fd{static_cast<int>(made.value)};
}

void check_nonblocking_and_private(int fd) {
    CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
}

bool readable(int fd) {
    std::array<pollfd, 1> entry{{{fd, POLLIN, 0}}};
    const auto waited = system_calls::poll(entry, 0ns);
    REQUIRE(waited.ok());
    return waited.value == 1;
}

/// Sends until the kernel takes no more; gives how much that was.
std::size_t fill(int fd) {
    const std::string block(16 * 1024, 'x');
    std::size_t sent = 0;
    for (;;) {
        const auto given = system_calls::send(fd, block.data(), block.size());
        if (given.error == EAGAIN)
            return sent;
        REQUIRE(given.ok());
        sent += static_cast<std::size_t>(given.value);
    }
}

} // namespace

TEST_CASE("sockets are made non-blocking and closed on exec", "[system]") {
    const auto fd = fd_of(system_calls::socket(AF_INET, SOCK_STREAM));
    check_nonblocking_and_private(fd.get());
    CHECK(system_calls::socket(12345, SOCK_STREAM).error == EAFNOSUPPORT);
}

TEST_CASE("accepted sockets are non-blocking and closed on exec", "[system]") {
    const support::listening_socket listener(AF_INET);
    REQUIRE(system_calls::set_nonblocking(listener.fd(), true).ok());
    CHECK(system_calls::accept(listener.fd(), nullptr, nullptr).error == EAGAIN);
    const auto client = support::connect_to(listener.address());
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const auto fd =
        fd_of(system_calls::accept(listener.fd(), reinterpret_cast<sockaddr*>(&peer), &size));
    check_nonblocking_and_private(fd.get());
    CHECK(peer.ss_family == AF_INET);
}

TEST_CASE("both ends of a wake-up are non-blocking and closed on exec", "[system]") {
    system_calls::wake_ends made;
    REQUIRE(system_calls::wake_create(made).ok());
    const unique_fd watched{made.watched};
    const unique_fd signalled{made.signalled == made.watched ? -1 : made.signalled};
    check_nonblocking_and_private(made.watched);
    check_nonblocking_and_private(made.signalled);
}

TEST_CASE("a wake-up signalled more often than a pipe holds stays readable until drained",
          "[system][E45]") {
    wakeup w;
    CHECK_FALSE(readable(w.fd()));
    for (int i = 0; i < 70'000; ++i)
        w.signal();
    int drains = 0;
    for (; readable(w.fd()); ++drains)
        w.drain();
    CHECK(drains > 0);
    CHECK(drains <= 64); // 64 KiB in pieces of 1 KiB, or one counter
    w.drain();           // of nothing: no harm
    w.signal();
    CHECK(readable(w.fd()));
}

TEST_CASE("a wait is never shorter than its limit", "[system][E17]") {
    wakeup quiet;
    std::array<pollfd, 1> entry{{{quiet.fd(), POLLIN, 0}}};
    for (const auto limit : {1ns, 1000ns, 300'000ns, 1'200'000ns}) {
        const auto start = system_calls::monotonic_now();
        REQUIRE(system_calls::poll(entry, limit).value == 0);
        CHECK(system_calls::monotonic_now() - start >= limit);
    }
}

TEST_CASE("a send to nobody is an error and raises no signal", "[system]") {
    for (const int family : {AF_UNIX, AF_INET}) {
        auto pair = support::make_socket_pair(family);
        REQUIRE(system_calls::set_nonblocking(pair.ours.get(), true).ok());
        REQUIRE(::shutdown(pair.ours.get(), SHUT_WR) == 0);
        CHECK(system_calls::send(pair.ours.get(), "x", 1).error == EPIPE);
        char byte = 'x';
        const std::array<iovec, 2> pieces{{{&byte, 1}, {&byte, 1}}};
        CHECK(system_calls::sendmsg(pair.ours.get(), pieces).error == EPIPE);
    }
}

TEST_CASE("a limit for unsent bytes keeps the kernel from taking megabytes", "[system]") {
    if (!support::family_available(AF_INET))
        SKIP("no IPv4 loopback");
    const auto unlimited = support::make_socket_pair(AF_INET);
    const auto limited = support::make_socket_pair(AF_INET);
    REQUIRE(system_calls::set_nonblocking(unlimited.ours.get(), true).ok());
    REQUIRE(system_calls::set_nonblocking(limited.ours.get(), true).ok());
    REQUIRE_FALSE(reactor::set_not_sent_low_water(limited.ours.get(), 16 * 1024));
    const auto most = fill(unlimited.ours.get());
    const auto least = fill(limited.ours.get());
    CAPTURE(most, least);
    CHECK(least < most / 2);
}
