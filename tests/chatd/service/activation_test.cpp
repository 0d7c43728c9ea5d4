// The daemon on sockets that a service manager opened for it.

#include "chatd/service/held_socket.hpp"
#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/wire_client.hpp"

#include <sys/socket.h>

#include <string>

using Catch::Matchers::ContainsSubstring;
using support::daemon_process;
using support::wire_client;

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
