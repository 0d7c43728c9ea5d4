// Listeners: those that somebody else bound, those that share a port, UNIX ones.
#include <reactor/dispatcher.hpp>
#include <reactor/error.hpp>
#include <reactor/inherited.hpp>
#include <reactor/loop.hpp>

#include "libreactor/conformance/hooked_channels.hpp"
#include "support/catch.hpp"
#include "support/loop_fixture.hpp"
#include "support/socket_pair.hpp"
#include "support/temp_dir.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

using namespace std::string_literals;
using reactor::endpoint;
using reactor::unique_fd;
using support::loop_fixture;

namespace {

/// A listener that keeps whom it accepts.
class keeper : public hooked::dispatcher {
public:
    explicit keeper(reactor::loop& owner) : dispatcher(owner) {
        on_accepted = [this](unique_fd fd, const endpoint& peer) {
            guests.push_back(std::move(fd));
            peers.push_back(peer);
        };
    }
    std::vector<unique_fd> guests;
    std::vector<endpoint> peers;
};

unique_fd new_socket(int family, int type) {
    return unique_fd{::socket(family, type | SOCK_CLOEXEC, 0)};
}

/// Connects at once or not at all; the descriptor is empty then.
unique_fd connect_to(const endpoint& address) {
    auto fd = new_socket(address.family(), SOCK_STREAM);
    if (::connect(fd.get(), address.native(), address.native_size()) != 0)
        fd.reset();
    return fd;
}

std::error_code refusal_of(reactor::dispatcher& channel, unique_fd fd) {
    std::error_code ec;
    channel.set_listener(std::move(fd), ec);
    CHECK_FALSE(channel.is_open());
    return ec;
}

endpoint abstract_name(const std::string& suffix) {
    return endpoint::unix_path("@reactor-test-" + std::to_string(::getpid()) + suffix);
}

/// Says its name to one guest and ends.
class greeter : public reactor::dispatcher {
public:
    greeter(reactor::loop& owner, reactor::inherited_descriptor given)
        : dispatcher(owner), name_(std::move(given.name)) {
        set_listener(std::move(given.fd));
        set_deadline(std::chrono::seconds{20});
    }
    void log_info(std::string_view, std::string_view) override {}

protected:
    void handle_accepted(unique_fd fd, const endpoint&) override {
        (void)::send(fd.get(), name_.data(), name_.size(), MSG_NOSIGNAL);
        close();
    }

private:
    std::string name_;
};

/// What a server does that was started with two sockets.  Gives its exit status.
int serve_inherited(int one, int two) {
    const int high_one = ::fcntl(one, F_DUPFD, 20);
    const int high_two = ::fcntl(two, F_DUPFD, 20);
    if (::dup2(high_one, 3) != 3 || ::dup2(high_two, 4) != 4)
        return 1;
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::setenv("LISTEN_FDS", "2", 1);
    ::setenv("LISTEN_FDNAMES", "one:two", 1);
    auto given = reactor::inherited_descriptors();
    if (given.size() != 2 || std::getenv("LISTEN_FDS") != nullptr)
        return 2;
    if ((::fcntl(3, F_GETFD) & FD_CLOEXEC) == 0 || (::fcntl(4, F_GETFD) & FD_CLOEXEC) == 0)
        return 3;
    reactor::loop loop;
    const greeter first(loop, std::move(given[0]));
    const greeter second(loop, std::move(given[1]));
    loop.run();
    return loop.counters().accepts == 2 ? 0 : 4;
}

std::string read_all(const unique_fd& from) {
    std::string text;
    char buffer[64];
    ssize_t size = 0;
    while ((size = ::recv(from.get(), buffer, sizeof buffer, 0)) > 0)
        text.append(buffer, static_cast<std::size_t>(size));
    return text;
}

} // namespace

TEST_CASE("a server runs on the sockets that its parent bound", "[inherited]") {
    const support::listening_socket one(AF_INET);
    const support::listening_socket two(AF_UNIX);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int status = 99;
        try {
            status = serve_inherited(one.fd(), two.fd());
        } catch (...) { // 99 tells
        }
        ::_exit(status);
    }
    CHECK(read_all(connect_to(one.address())) == "one");
    CHECK(read_all(connect_to(two.address())) == "two");
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a listener that somebody else bound is taken over", "[inherited]") {
    loop_fixture f;
    const auto family = GENERATE(AF_INET, AF_UNIX);
    const support::listening_socket theirs(family);
    keeper listener(f.loop);
    listener.set_listener(unique_fd{::dup(theirs.fd())});
    CHECK(listener.accepting());
    CHECK(listener.local_address() == theirs.address());
    const auto guest = connect_to(theirs.address());
    f.run_until("the guest is in", [&] { return listener.guests.size() == 1; });
    f.iterate(2); // the descriptor was a blocking one: accepting nobody would hang here
    listener.close();
    f.iterate();
    CHECK(listener.closes == 1);
    CHECK(connect_to(theirs.address())); // it still listens: its owner has it
}

TEST_CASE("what is no listening stream socket is refused with its fault", "[inherited]") {
    loop_fixture f;
    keeper channel(f.loop);
    CHECK(refusal_of(channel, unique_fd{}) == std::errc::bad_file_descriptor);
    CHECK(refusal_of(channel, unique_fd{::open("/dev/null", O_RDONLY)}) == std::errc::not_a_socket);
    CHECK(refusal_of(channel, new_socket(AF_INET, SOCK_DGRAM)) == std::errc::wrong_protocol_type);
    CHECK(refusal_of(channel, new_socket(AF_INET, SOCK_STREAM)) == reactor::errc::not_listening);
    auto pair = support::make_socket_pair(AF_INET);
    CHECK(refusal_of(channel, std::move(pair.ours)) == reactor::errc::not_listening);
    CHECK_THROWS_AS(channel.set_listener(unique_fd{}), std::system_error);
    channel.create_socket(AF_INET);
    const support::listening_socket theirs(AF_INET);
    std::error_code ec;
    channel.set_listener(unique_fd{::dup(theirs.fd())}, ec);
    CHECK(ec == reactor::errc::already_open);
}

TEST_CASE("listeners that share a port share its connections", "[listener][E15]") {
    loop_fixture f;
    keeper one(f.loop);
    one.create_socket(AF_INET);
    std::error_code ec;
    one.set_reuse_port(ec);
    if (ec == std::errc::operation_not_supported)
        SKIP("this system does not balance connections among the sockets of a port");
    REQUIRE_FALSE(ec);
    one.bind(endpoint::loopback_v4(0));
    one.listen();
    keeper two(f.loop);
    two.create_socket(AF_INET);
    two.set_reuse_port();
    two.bind(one.local_address());
    two.listen();
    constexpr std::size_t count = 400;
    std::vector<unique_fd> guests;
    for (std::size_t i = 0; i < count; ++i) {
        guests.push_back(connect_to(one.local_address()));
        f.iterate();
    }
    f.run_until("all are in", [&] { return one.guests.size() + two.guests.size() == count; });
    CHECK(one.guests.size() > count / 4); // a fair coin does so but once in 10^20 times
    CHECK(two.guests.size() > count / 4);
}

TEST_CASE("a port is shared only by listeners that all say so", "[listener][E15]") {
    loop_fixture f;
    keeper one(f.loop);
    one.listen_on(endpoint::loopback_v4(0));
    keeper two(f.loop);
    std::error_code ec;
    two.set_reuse_port(ec);
    CHECK(ec); // it has no descriptor yet
    CHECK_THROWS_AS(two.set_reuse_port(), std::system_error);
    two.create_socket(AF_INET);
    two.set_reuse_port(ec);
    two.bind(one.local_address(), ec);
    CHECK(ec == std::errc::address_in_use);
}

TEST_CASE("an abstract name is listened on and connected to", "[plain][unix]") {
#ifdef __linux__
    loop_fixture f;
    const auto name = abstract_name(GENERATE(""s, "\0 with a zero\xff"s, "\\back@"s));
    keeper listener(f.loop);
    listener.listen_on(name);
    CHECK(listener.local_address() == name);
    CHECK(endpoint::parse(listener.local_address().to_string()) == name);
    hooked::lines guest(f.loop);
    guest.create_socket(AF_UNIX);
    guest.connect(name);
    CHECK(guest.push("hello\n"));
    f.run_until("both are there", [&] { return guest.connects == 1 && !listener.guests.empty(); });
    CHECK(guest.remote_address() == name);
    CHECK(listener.peers.front().to_string() == "unix:");
    char buffer[16];
    CHECK(::recv(listener.guests.front().get(), buffer, sizeof buffer, 0) == 6);
    listener.close();
    f.iterate();
    CHECK_FALSE(connect_to(name)); // the name went with its socket
    CHECK(errno == ECONNREFUSED);
    listener.listen_on(name);
    CHECK(connect_to(name));
#else
    SKIP("abstract names are Linux's");
#endif
}

TEST_CASE("the file of a UNIX listener outlives it and is in the way of the next", "[unix]") {
    loop_fixture f;
    const support::temp_dir directory;
    const auto path = directory.file("socket");
    const auto place = endpoint::unix_path(path);
    keeper listener(f.loop);
    CHECK_FALSE(connect_to(place));
    CHECK(errno == ENOENT);
    listener.listen_on(place);
    CHECK(listener.local_address().to_string() == "unix:" + path);
    CHECK(connect_to(place));
    listener.close();
    f.iterate();
    CHECK_FALSE(connect_to(place));
    CHECK(errno == ECONNREFUSED);
    std::error_code ec;
    keeper next(f.loop);
    next.listen_on(place, ec);
    CHECK(ec == std::errc::address_in_use);
    next.close();
    f.iterate();
    REQUIRE(::unlink(path.c_str()) == 0);
    next.listen_on(place);
    const auto guest = connect_to(place);
    f.run_until("the guest is in", [&] { return next.guests.size() == 1; });
}
