// Sockets for metrics and control that a service manager opened for the daemon.

#include "chatd/service/held_socket.hpp"
#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/temp_dir.hpp"
#include "support/wait_until.hpp"
#include "support/wire_client.hpp"

#include <csignal>
#include <filesystem>
#include <string>

using Catch::Matchers::ContainsSubstring;
using support::daemon_process;
using support::wire_client;

namespace {

std::string get(const std::string& address, const std::string& path) {
    wire_client client(address, "scraper");
    client.send("GET " + path + " HTTP/1.0\r\n\r\n");
    return client.read_to_eof();
}

std::string ask(const std::string& address, const std::string& request) {
    wire_client client(address, "administrator");
    client.send(request + "\n");
    return client.read_until("\n.ok\n");
}

void upgrade(daemon_process& daemon) {
    const auto restored = [&daemon] {
        const std::string log = daemon.log();
        std::size_t count = 0;
        for (auto at = log.find(" restored "); at != std::string::npos;
             at = log.find(" restored ", at + 1))
            ++count;
        return count;
    };
    const auto before = restored();
    daemon.signal(SIGUSR2);
    support::wait_until("the daemon goes on as another", [&] { return restored() > before; });
}

} // namespace

TEST_CASE("an inherited socket for metrics replaces those of --metrics", "[wire][service]") {
    const held_socket chat;
    const held_socket metrics;
    const support::temp_dir dir;
    daemon_process daemon({"--metrics", "unix:" + dir.file("metrics")},
                          handing_over({chat.fd(), metrics.fd()}, "chat:metrics"));
    CHECK_THAT(get(metrics.endpoint(), "/metrics"), ContainsSubstring("\nchatd_connections 0\n"));
    CHECK(get(metrics.endpoint(), "/healthz").starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(get(metrics.endpoint(), "/readyz").starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK_FALSE(std::filesystem::exists(dir.file("metrics")));
    CHECK_THAT(daemon.log(),
               ContainsSubstring("info metrics_listening address=" + metrics.endpoint() + " ") &&
                   !ContainsSubstring("inherited_socket_unused"));
    CHECK(daemon.endpoints() == std::vector<std::string>{chat.endpoint()});
    daemon.stop();
}

TEST_CASE("metrics can be inherited where the chat socket is the daemon's own", "[wire][service]") {
    const held_socket first;
    const held_socket second;
    daemon_process daemon({}, handing_over({first.fd(), second.fd()}, "metrics:metrics"));
    for (const auto* one : {&first, &second})
        CHECK(get(one->endpoint(), "/healthz").starts_with("HTTP/1.1 200 OK\r\n"));
    wire_client::logged_in(daemon.endpoint(), "alice").fence();
    daemon.stop();
}

TEST_CASE("an inherited socket for control serves it and keeps its file", "[wire][service]") {
    const support::temp_dir dir;
    const held_socket control(dir.file("control"));
    daemon_process daemon({"--control", dir.file("another")},
                          handing_over({control.fd()}, "control"));
    CHECK_THAT(ask(control.endpoint(), "status"), ContainsSubstring("\nstate\tserving\n"));
    CHECK_FALSE(std::filesystem::exists(dir.file("another")));
    daemon.stop();
    CHECK(std::filesystem::exists(dir.file("control")));
    wire_client early(control.endpoint()); // waits for the next daemon
    early.send("version\n");
    daemon_process next({}, handing_over({control.fd()}, "control"));
    early.read_until("\n.ok\n");
    next.stop();
    CHECK(std::filesystem::exists(dir.file("control")));
}

TEST_CASE("inherited sockets for metrics and control go along with an upgrade in place",
          "[wire][service]") {
    const support::temp_dir dir;
    const held_socket chat;
    const held_socket metrics;
    const held_socket control(dir.file("control"));
    daemon_process daemon(
        {}, handing_over({metrics.fd(), chat.fd(), control.fd()}, "metrics:chat:control"));
    auto alice = wire_client::logged_in(chat.endpoint(), "alice");
    for (int i = 0; i < 2; ++i) {
        upgrade(daemon);
        CHECK_THAT(get(metrics.endpoint(), "/metrics"),
                   ContainsSubstring("\nchatd_connections 1\n"));
        CHECK_THAT(ask(control.endpoint(), "status"), ContainsSubstring("\nconnections#\t1\n"));
        alice.fence();
    }
    CHECK_THAT(daemon.log(), !ContainsSubstring("inherited_socket_unused"));
}

TEST_CASE("a socket for control that anybody could reach is not used", "[wire][service]") {
    const held_socket network;
    daemon_process daemon({}, handing_over({network.fd()}, "control"));
    CHECK_THAT(daemon.log(), ContainsSubstring("error control_unavailable ") &&
                                 ContainsSubstring("listens on " + network.endpoint()) &&
                                 ContainsSubstring("hand over a UNIX socket"));
    wire_client::logged_in(daemon.endpoint(), "alice").fence();
    daemon.stop();
}

TEST_CASE("two sockets for control are one too many", "[wire][service]") {
    const support::temp_dir dir;
    const held_socket first(dir.file("first"));
    const held_socket second(dir.file("second"));
    daemon_process daemon({}, handing_over({first.fd(), second.fd()}, "control:control"));
    CHECK_THAT(daemon.log(), ContainsSubstring("error control_unavailable ") &&
                                 ContainsSubstring("more than one was inherited"));
    daemon.stop();
}

TEST_CASE("an inherited socket for metrics that does not listen is refused with the reason",
          "[wire][service]") {
    const held_socket deaf(SOCK_STREAM, false);
    const auto ended =
        daemon_process::run({"--listen", "127.0.0.1:0"}, handing_over({deaf.fd()}, "metrics"));
    CHECK(ended.exit_code == 1);
    CHECK_THAT(ended.log,
               ContainsSubstring("chatd: metrics: cannot use the inherited descriptor 3: ") &&
                   ContainsSubstring("stream socket that listens"));
}
