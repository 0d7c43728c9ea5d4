// test_asyncore.py's API scenarios, on IPv4, IPv6 and UNIX sockets.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"
#include "support/poller_limits.hpp"

#include "libreactor/conformance/hooked_channels.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

using support::loop_fixture;
using support::scripted_peer;

// A listener, a client that connects to it, and what the server does with the connection.
namespace {

struct api_test : loop_fixture {
    explicit api_test(int family_) : family(family_) {
        listener.create_socket(family);
        if (family != AF_UNIX)
            listener.set_reuse_addr();
        listener.bind(support::any_address(family, directory));
        listener.listen(32); // who finds it full waits a second
        listener.on_accepted = [this](reactor::unique_fd fd, const reactor::endpoint&) {
            server = std::make_unique<scripted_peer>(std::move(fd));
            also_pump(*server);
            if (at_once)
                at_once(*server);
        };
    }

    void connect() {
        client.create_socket(family);
        client.connect(listener.local_address());
    }

    int family;
    support::temp_dir directory;
    std::function<void(scripted_peer&)> at_once; ///< when the server accepts
    std::unique_ptr<scripted_peer> server;
    hooked::dispatcher listener{loop};
    hooked::dispatcher client{loop};
};

int option(int fd, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    ::getsockopt(fd, SOL_SOCKET, name, &value, &size);
    return value;
}

} // namespace

// For the body of a test case: it runs once for each family, and says so where one is missing.
#define FOR_EACH_FAMILY(...)                                                                       \
    const int family = GENERATE(__VA_ARGS__);                                                      \
    CAPTURE(support::family_name(family));                                                         \
    if (!support::family_available(family))                                                        \
    SKIP("no " << support::family_name(family) << " here")

TEST_CASE("handle_connect runs on the client", "[asyncore][18]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6, AF_UNIX);
    api_test t(family);
    t.connect();
    t.run_until("it runs", [&] { return t.client.connects == 1; });
}

TEST_CASE("handle_accept runs on the listener when a client connects", "[asyncore][19]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6, AF_UNIX);
    api_test t(family);
    bool ran = false;
    t.listener.on_accept = [&] {
        std::error_code ec;
        auto taken = t.listener.accept(ec);
        CHECK(taken.has_value());
        CHECK_FALSE(ec);
        ran = true;
        CHECK_FALSE(t.listener.accept(ec).has_value()); // none left is no error
        CHECK_FALSE(ec);
    };
    t.connect();
    t.run_until("it runs", [&] { return ran; });
}

TEST_CASE("the default handle_accept hands the new socket to handle_accepted", "[asyncore][20]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6, AF_UNIX);
    api_test t(family);
    t.connect();
    t.run_until("it is handed over", [&] { return t.server != nullptr; });
    CHECK(t.counters().accepts == 1);
}

TEST_CASE("handle_read runs when the peer sends at once", "[asyncore][21]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6, AF_UNIX);
    api_test t(family);
    t.at_once = [](scripted_peer& server) { server.send(std::string(1024, 'x')); };
    t.connect();
    t.run_until("all is read", [&] { return t.client.input.size() == 1024; });
}

TEST_CASE("handle_write runs on a client that wants to write", "[asyncore][22]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6, AF_UNIX);
    api_test t(family);
    int writes = 0;
    t.client.wants_write = true;
    t.client.on_write = [&] {
        ++writes;
        t.client.wants_write = false;
    };
    t.connect();
    t.run_until("it runs", [&] { return writes == 1; });
    t.iterate(3);
    CHECK(writes == 1);
}

TEST_CASE("handle_close follows when the server closes the connection at once", "[asyncore][23]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6, AF_UNIX);
    api_test t(family);
    t.at_once = [](scripted_peer& server) { server.close(); };
    t.connect();
    t.run_until("it follows", [&] { return t.client.closes == 1; });
    CHECK(t.client.eofs == 1);
    CHECK_FALSE(t.client.reason);
    t.iterate(3);
    CHECK(t.client.closes == 1);
}

TEST_CASE("a client that goes on sending into a broken connection is closed without an error call",
          "[asyncore][24]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6, AF_UNIX);
    api_test t(family);
    t.client.wants_write = true;
    t.client.wants_read = false; // learns of it by writing only
    t.client.on_write = [&] { (void)t.client.send(std::string(128, 'x')); };
    t.connect();
    t.run_until("the server reads", [&] { return t.server && !t.server->received().empty(); });
    t.server->close();
    t.run_until("the client is closed", [&] { return t.client.closes == 1; });
    CHECK((t.client.reason == std::errc::broken_pipe ||
           t.client.reason == std::errc::connection_reset));
    CHECK(t.client.errors.empty());
}

TEST_CASE("handle_expt reads the urgent byte", "[plain][asyncore][25]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6);
    api_test t(family);
    if (const auto why = missing(support::need::urgent_data, t.loop); !why.empty())
        SKIP(why);
    std::string urgent;
    t.client.on_expt = [&] {
        char byte = 0;
        if (t.client.recv_oob({&byte, 1}).n == 1)
            urgent += byte;
    };
    t.at_once = [](scripted_peer& server) { server.send_urgent(static_cast<char>(244)); };
    t.connect();
    t.run_until("it is read", [&] { return !urgent.empty(); });
    t.iterate(3);
    CHECK(urgent == std::string(1, static_cast<char>(244)));
}

TEST_CASE("what a handler throws arrives in handle_error", "[asyncore][26][1]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6, AF_UNIX);
    api_test t(family);
    t.client.wants_write = true;
    t.client.on_write = [] { throw std::domain_error("division by zero"); };
    bool by_type = false;
    t.client.on_error = [&](std::exception_ptr error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::domain_error&) {
            by_type = true;
        }
        t.client.close();
    };
    t.connect();
    t.run_until("the channel ends", [&] { return t.client.closes == 1; });
    CHECK(by_type);
    CHECK(t.client.errors == std::vector<std::string>{"division by zero"});
}

TEST_CASE("the connection attributes tell listener from client through their lives",
          "[asyncore][27]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6, AF_UNIX);
    api_test t(family);
    CHECK_FALSE(t.listener.connected());
    CHECK(t.listener.accepting());
    CHECK_FALSE(t.client.connected());
    CHECK_FALSE(t.client.accepting());
    t.connect();
    t.run_until("the connection stands", [&] { return t.client.connected() && t.server; });
    CHECK_FALSE(t.listener.connected());
    CHECK(t.listener.accepting());
    CHECK_FALSE(t.client.accepting());
    t.client.close();
    CHECK_FALSE(t.listener.connected());
    CHECK(t.listener.accepting());
    CHECK_FALSE(t.client.connected());
    CHECK_FALSE(t.client.accepting());
    t.listener.close();
    CHECK_FALSE(t.listener.connected());
    CHECK_FALSE(t.listener.accepting());
    t.iterate();
}

TEST_CASE("create_socket makes a stream that does not block and is not inherited",
          "[asyncore][28]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6, AF_UNIX);
    loop_fixture f;
    hooked::dispatcher channel(f.loop);
    channel.create_socket(family);
    const int fd = channel.fileno();
    CHECK(option(fd, SO_TYPE) == SOCK_STREAM);
    CHECK(option(fd, SO_DOMAIN) == family);
    CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK_THROWS_AS(channel.create_socket(family), std::system_error); // asyncore leaks the first
}

TEST_CASE("a second bind to a port in use fails", "[asyncore][29]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6);
    api_test t(family);
    hooked::dispatcher second(t.loop);
    second.create_socket(family);
    std::error_code ec;
    second.bind(t.listener.local_address(), ec);
    CHECK(ec == std::errc::address_in_use);
    CHECK_THROWS_AS(second.bind(t.listener.local_address()), std::system_error);
}

TEST_CASE("set_reuse_addr switches the option on", "[asyncore][30]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6);
    loop_fixture f;
    hooked::dispatcher channel(f.loop);
    channel.create_socket(family);
    CHECK(option(channel.fileno(), SO_REUSEADDR) == 0);
    channel.set_reuse_addr();
    CHECK(option(channel.fileno(), SO_REUSEADDR) != 0);
}

TEST_CASE("clients that reset before or while they are accepted blow nothing up",
          "[asyncore][31][defect6]") {
    FOR_EACH_FAMILY(AF_INET, AF_INET6);
    constexpr int clients = 20;
    api_test t(family);
    int accepted = 0;
    std::vector<std::unique_ptr<hooked::dispatcher>> sessions;
    t.listener.on_accepted = [&](reactor::unique_fd fd, const reactor::endpoint& peer) {
        ++accepted;
        CHECK(peer.family() == family); // known although the peer may be gone
        sessions.push_back(std::make_unique<hooked::dispatcher>(t.loop, std::move(fd)));
    };
    std::thread quick([address = t.listener.local_address()] {
        for (int i = 0; i < clients; ++i)
            scripted_peer(address).reset();
    });
    t.run_until("all have been accepted", [&] { return accepted == clients; });
    quick.join();
    t.run_until("all have ended", [&] {
        return std::all_of(sessions.begin(), sessions.end(),
                           [](const auto& s) { return s->closes == 1; });
    });
    CHECK(t.listener.is_open());
    CHECK(t.listener.errors.empty());
}
