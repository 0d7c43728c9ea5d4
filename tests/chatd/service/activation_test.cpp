// The daemon on sockets that a service manager opened for it.

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/wire_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <string>

using Catch::Matchers::ContainsSubstring;
using support::daemon_process;
using support::wire_client;

namespace {

/// A socket of the test's own, on a port that the system chose.
class held_socket {
public:
    explicit held_socket(int type = SOCK_STREAM, bool listens = true)
        : fd_(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* plain = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof(address);
        REQUIRE(::bind(fd_, plain, size) == 0);
        if (listens)
            REQUIRE(::listen(fd_, 16) == 0);
        REQUIRE(::getsockname(fd_, plain, &size) == 0);
        endpoint_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    }
    held_socket(const held_socket&) = delete;
    held_socket& operator=(const held_socket&) = delete;
    ~held_socket() { ::close(fd_); }

    int fd() const noexcept { return fd_; }
    const std::string& endpoint() const noexcept { return endpoint_; }

private:
    int fd_;
    std::string endpoint_;
};

daemon_process::options handing_over(std::vector<int> sockets, std::string names) {
    daemon_process::options chosen;
    chosen.inherited = std::move(sockets);
    chosen.inherited_names = std::move(names);
    return chosen;
}

} // namespace

TEST_CASE("inherited sockets replace those of --listen", "[wire][service]") {
    const held_socket first;
    const held_socket second;
    daemon_process daemon({}, handing_over({first.fd(), second.fd()}, "chat:chat"));
    CHECK(daemon.endpoints() == std::vector<std::string>{first.endpoint(), second.endpoint()});
    for (const std::string& endpoint : daemon.endpoints())
        wire_client::logged_in(endpoint, "alice").close();
}

TEST_CASE("an inherited socket without a name is one for clients", "[wire][service]") {
    const held_socket only;
    daemon_process daemon({}, handing_over({only.fd()}, ""));
    CHECK(daemon.endpoint() == only.endpoint());
}

TEST_CASE("clients that connected before the daemon started are served", "[wire][service]") {
    const held_socket only;
    wire_client early(only.endpoint());
    early.send("login early\n");
    daemon_process daemon({}, handing_over({only.fd()}, "chat"));
    early.expect("Connect SuccessLogin Success");
}

TEST_CASE("inherited sockets outlive the daemon that stops", "[wire][service]") {
    const held_socket only;
    daemon_process former({}, handing_over({only.fd()}, "chat"));
    former.stop();
    wire_client between(only.endpoint()); // waits for the next one
    daemon_process next({}, handing_over({only.fd()}, "chat"));
    between.expect("Connect Success");
}

TEST_CASE("an inherited socket of a name that nobody knows is closed with a warning",
          "[wire][service]") {
    const held_socket chat;
    const held_socket other;
    daemon_process daemon({}, handing_over({chat.fd(), other.fd()}, "chat:telephone"));
    CHECK(daemon.endpoints() == std::vector<std::string>{chat.endpoint()});
    CHECK_THAT(
        daemon.log(),
        ContainsSubstring("warning inherited_socket_unused name=telephone category=listening\n"));
}

TEST_CASE("an inherited socket that does not listen is refused with the reason",
          "[wire][service]") {
    const held_socket deaf(SOCK_STREAM, false);
    const auto ended = daemon_process::run({}, handing_over({deaf.fd()}, "chat"));
    CHECK(ended.exit_code == 1);
    CHECK_THAT(ended.log, ContainsSubstring("cannot use the inherited descriptor 3: ") &&
                              ContainsSubstring("stream socket that listens"));
}

TEST_CASE("an inherited socket of datagrams is refused with the reason", "[wire][service]") {
    const held_socket datagrams(SOCK_DGRAM, false);
    const auto ended = daemon_process::run({}, handing_over({datagrams.fd()}, "chat"));
    CHECK(ended.exit_code == 1);
    CHECK_THAT(ended.log, ContainsSubstring("cannot use the inherited descriptor 3: "));
}

TEST_CASE("variables of activation that make no sense are told", "[wire][service]") {
    const held_socket only;
    const auto ended = daemon_process::run({}, handing_over({only.fd()}, "chat:chat:chat"));
    CHECK(ended.exit_code == 1);
    CHECK_THAT(ended.log, ContainsSubstring("LISTEN_FDNAMES"));
}
