// Simulated sockets, through the calls that a program makes.  What Linux does was seen on Linux 6.
#include "sim_calls.hpp"

#include <reactor/sim/world.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using namespace sim_calls;
using reactor::sim::world;

TEST_CASE("a connection carries bytes both ways and then its end", "[sim]") {
    const int family = GENERATE(AF_INET, AF_INET6, AF_UNIX);
    world w;
    auto [fd, other] = w.connect_pair(family);
    CHECK(recv(fd) == error_text(EAGAIN));
    CHECK(ready(fd) == POLLOUT);
    other.send("hello");
    CHECK(recv(fd, 3) == "hel");
    CHECK(recv(fd, 9, MSG_PEEK) == "lo");
    CHECK(recv(fd) == "lo");
    CHECK(send(fd, "a").value == 1);
    CHECK(send(fd, "bc").value == 2);
    CHECK(other.received() == "abc");
    CHECK(other.segments() == std::vector<std::string>{"a", "bc"});
    CHECK(other.take() == "abc");
    other.half_close();
    CHECK(ready(fd) == (POLLIN | POLLOUT | POLLRDHUP));
    CHECK(recv(fd) == "end");
    CHECK(send(fd, "still").ok());
    CHECK(system::shutdown(fd, SHUT_WR).ok());
    CHECK(other.received() == "still");
    CHECK(other.ended());
    CHECK(ready(fd) == all_over);
    CHECK(error_of(send(fd, "x")) == EPIPE);
}

TEST_CASE("closing with unread input resets the connection after what was sent", "[sim][E12]") {
    const int family = GENERATE(AF_INET, AF_UNIX);
    world w;
    auto [fd, other] = w.connect_pair(family);
    other.stop_reading();
    REQUIRE(send(fd, "unread").ok());
    other.send("abc");
    other.close();
    CHECK(ready(fd) == (all_over | POLLERR));
    CHECK(recv(fd) == "abc");
    CHECK(recv(fd) == error_text(ECONNRESET));
    CHECK(recv(fd) == "end");
    CHECK(error_of(send(fd, "x")) == EPIPE);
    auto [second, there] = w.connect_pair(family);
    there.send("unread");
    REQUIRE(system::close(second).ok());
    CHECK(there.was_reset());
}

TEST_CASE("a reset is told once by send and then as a broken pipe", "[sim][E16]") {
    world w;
    auto [fd, other] = w.connect_pair();
    other.reset();
    CHECK(error_of(send(fd, "x")) == ECONNRESET);
    CHECK(error_of(send(fd, "x")) == EPIPE);
    CHECK(recv(fd) == "end");
    CHECK(error_of(system::shutdown(fd, SHUT_WR)) == ENOTCONN);
    auto [lingering, there] = w.connect_pair();
    const linger at_once{1, 0};
    REQUIRE(system::setsockopt(lingering, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once).ok());
    REQUIRE(system::close(lingering).ok());
    CHECK(there.was_reset());
    CHECK(there.error() == ECONNRESET);
}

TEST_CASE("bytes to a peer that closed are answered by a reset", "[sim]") {
    world w;
    auto [fd, other] = w.connect_pair();
    other.close();
    CHECK(ready(fd) == (POLLIN | POLLOUT | POLLRDHUP));
    CHECK(send(fd, "x").value == 1);
    CHECK(ready(fd) == (all_over | POLLERR));
    CHECK(recv(fd) == "end");
    CHECK(error_of(send(fd, "x")) == EPIPE);
}

TEST_CASE("a peer that does not read fills both buffers", "[sim][E30]") {
    world w;
    w.set_send_capacity(30);
    w.set_receive_capacity(10);
    auto [fd, other] = w.connect_pair();
    other.stop_reading();
    CHECK(send(fd, std::string(100, 'x')).value == 30);
    CHECK(send(fd, std::string(100, 'y')).value == 10);
    CHECK(error_of(send(fd, "z")) == EAGAIN);
    CHECK(ready(fd) == 0);
    CHECK(other.read_some(5) == 5);
    CHECK(ready(fd) == 0);
    CHECK(other.read_some(5) == 5);
    CHECK(ready(fd) == POLLOUT);
    REQUIRE(system::close(fd).ok());
    other.resume_reading();
    CHECK(other.received() == std::string(30, 'x') + std::string(10, 'y'));
    CHECK(other.ended());
}

TEST_CASE("a limit on unsent bytes and buffer sizes are honoured", "[sim]") {
    world w;
    auto [fd, other] = w.connect_pair();
    other.stop_reading();
    const int limit = 10;
    const int window = 100;
    REQUIRE(system::setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &limit, sizeof limit).ok());
    CHECK(send(fd, std::string(20, 'x')).value == 10);
    CHECK(send(fd, std::string(70'000, 'x')).value == 10);
    const int listener = listen_on(endpoint::loopback_v4(0));
    REQUIRE(system::setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &window, sizeof window).ok());
    auto sender = w.connect_to(listener);
    sender.send(std::string(150, 'x'));
    CHECK(sender.unsent() == 50);
    CHECK(recv(accept_one(listener)).size() == 100);
    CHECK(sender.unsent() == 0);
}

TEST_CASE("an urgent byte is not in the stream and stops a read", "[sim]") {
    world w;
    auto [fd, other] = w.connect_pair();
    other.send("ab");
    other.send_urgent('!');
    other.send("cd");
    CHECK(ready(fd) == (POLLIN | POLLPRI | POLLOUT));
    CHECK(recv(fd) == "ab");
    CHECK(recv(fd, 1, MSG_OOB) == "!");
    CHECK(recv(fd, 1, MSG_OOB) == error_text(EINVAL));
    CHECK(ready(fd) == (POLLIN | POLLOUT));
    CHECK(recv(fd) == "cd");
    other.send_urgent('?');
    CHECK(recv(fd) == error_text(EAGAIN));
    CHECK(ready(fd) == POLLOUT);
}

TEST_CASE("segments are kept apart when asked for", "[sim][E49]") {
    world w;
    w.set_keep_segments(true);
    auto [fd, other] = w.connect_pair();
    other.send("one\r");
    other.send("\ntwo");
    CHECK(recv(fd) == "one\r");
    CHECK(recv(fd) == "\ntwo");
}

TEST_CASE("a listener takes peers up to its backlog", "[sim]") {
    world w;
    const int listener = listen_on(endpoint::loopback_v4(0), 0);
    const endpoint at = address_of(listener);
    CHECK(at.port() != 0);
    CHECK(error_of(bind(fd_of(system::socket(AF_INET, SOCK_STREAM)), at)) == EADDRINUSE);
    CHECK(error_of(system::accept(listener, nullptr, nullptr)) == EAGAIN);
    auto first = w.connect_to(listener);
    first.send("early");
    auto second = w.connect_to(listener);
    CHECK(first.connected());
    CHECK(second.connecting());
    CHECK(ready(listener) == POLLIN);
    const int fd = accept_one(listener);
    CHECK(recv(fd) == "early");
    CHECK(second.connected());
    CHECK(first.remote_address() == at);
    REQUIRE(system::close(listener).ok());
    CHECK(second.was_reset());
    CHECK(w.connect(at).error() == ECONNREFUSED);
}

TEST_CASE("accept at the descriptor limit leaves the connection in the queue", "[sim][E4]") {
    world w;
    const int listener = listen_on(endpoint::loopback_v6(0));
    w.set_descriptor_limit(4);
    auto other = w.connect_to(listener);
    CHECK(error_of(system::accept(listener, nullptr, nullptr)) == EMFILE);
    CHECK(ready(listener) == POLLIN);
    w.set_descriptor_limit(5);
    CHECK(accept_one(listener) == 4);
}

TEST_CASE("a wildcard listener of IPv6 sees IPv4 peers as mapped addresses", "[sim]") {
    world w;
    endpoint any = endpoint::loopback_v6(0);
    sockaddr_in6 native{};
    native.sin6_family = AF_INET6;
    any = endpoint::from_native(reinterpret_cast<sockaddr*>(&native), sizeof native);
    const int listener = listen_on(any);
    auto other = w.connect(endpoint::loopback_v4(address_of(listener).port()));
    REQUIRE(other.connected());
    socklen_t size = sizeof native;
    const auto given = system::accept(listener, reinterpret_cast<sockaddr*>(&native), &size);
    REQUIRE(given.ok());
    CHECK(size == sizeof native);
    CHECK(IN6_IS_ADDR_V4MAPPED(&native.sin6_addr));
}

TEST_CASE("a TCP connect is in progress and then writable", "[sim][E13]") {
    world w;
    auto listener = w.listen(endpoint::loopback_v4(0));
    w.set_connect_delay(5ms);
    const int fd = fd_of(system::socket(AF_INET, SOCK_STREAM));
    CHECK(ready(fd) == (POLLOUT | POLLHUP));
    CHECK(error_of(connect(fd, listener.address())) == EINPROGRESS);
    CHECK(error_of(connect(fd, listener.address())) == EALREADY);
    CHECK(ready(fd) == 0);
    CHECK(error_of(send(fd, "x")) == EAGAIN);
    const int set = fd_of(system::epoll_create());
    REQUIRE(watch(set, fd, EPOLLOUT).ok());
    CHECK(wait(set, std::nullopt) == std::vector{fd});
    CHECK(w.elapsed() == 5ms);
    CHECK(so_error(fd) == 0);
    CHECK(connect(fd, listener.address()).ok());
    CHECK(error_of(connect(fd, listener.address())) == EISCONN);
    auto other = listener.accept();
    REQUIRE(other);
    REQUIRE(send(fd, "hi").ok());
    CHECK(other->received() == "hi");
    w.set_connect_delay(0ns);
    w.set_immediate_connects(true);
    CHECK(connect(fd_of(system::socket(AF_INET, SOCK_STREAM)), listener.address()).ok());
}

TEST_CASE("a TCP connect that fails says so in SO_ERROR", "[sim][E13]") {
    world w;
    w.unreachable(endpoint::loopback_v4(2), EHOSTUNREACH);
    w.black_hole(endpoint::loopback_v4(3));
    const auto [port, events, error] =
        GENERATE(std::tuple{1, all_over | POLLERR, ECONNREFUSED},
                 std::tuple{2, all_over | POLLERR, EHOSTUNREACH}, std::tuple{3, 0, 0});
    const int fd = fd_of(system::socket(AF_INET, SOCK_STREAM));
    CHECK(error_of(connect(fd, endpoint::loopback_v4(static_cast<std::uint16_t>(port)))) ==
          EINPROGRESS);
    CHECK(ready(fd) == events);
    CHECK(so_error(fd) == error);
}

TEST_CASE("a UNIX connect succeeds at once or not at all", "[sim][E13]") {
    world w;
    const endpoint path = endpoint::unix_path("/run/some.socket");
    const auto attempt = [&] {
        return error_of(connect(fd_of(system::socket(AF_UNIX, SOCK_STREAM)), path));
    };
    CHECK(attempt() == ENOENT);
    const int listener = listen_on(path, 0);
    CHECK(attempt() == 0);
    CHECK(attempt() == EAGAIN);
    REQUIRE(system::close(listener).ok());
    CHECK(attempt() == ECONNREFUSED);
    const int second = fd_of(system::socket(AF_UNIX, SOCK_STREAM));
    CHECK(error_of(bind(second, path)) == EADDRINUSE);
    CHECK(w.unlink("/run/some.socket"));
    CHECK(bind(second, path).ok());
}

TEST_CASE("socket options are remembered", "[sim]") {
    world w;
    const int fd = w.connect_pair().fd;
    int value = 1;
    socklen_t size = sizeof value;
    REQUIRE(system::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, size).ok());
    value = 0;
    REQUIRE(system::getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, &size).ok());
    CHECK(value == 1);
    REQUIRE(system::getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &size).ok());
    CHECK(value == SOCK_STREAM);
    CHECK(error_of(system::setsockopt(fd_of(system::epoll_create()), 0, 0, &value, size)) ==
          ENOTSOCK);
    CHECK(system::set_nonblocking(fd, false).value == 1);
    CHECK(system::set_nonblocking(fd, true).value == 0);
}
