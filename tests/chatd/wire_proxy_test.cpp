// Limits by address behind a proxy, over real sockets.

#include "chatd/proxy/header_bytes.hpp"
#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/wire_client.hpp"

#include <string>
#include <vector>

using support::daemon_process;
using support::wire_client;

TEST_CASE("a proxy's clients have the limits of their own addresses", "[wire][proxy]") {
    daemon_process daemon({"--proxy-protocol-from", "127.0.0.1", "--per-address", "2",
                           "--per-network", "198.51.100.0/24=1", "--exempt", "203.0.113.0/24"});
    std::vector<wire_client> clients;
    unsigned port = 1000;
    const auto connect = [&](const char* address) -> wire_client& {
        clients.emplace_back(daemon.endpoint());
        clients.back().send(proxied_v4(address, ++port));
        return clients.back();
    };
    connect("192.0.2.1").expect("Connect Success");
    connect("192.0.2.1").expect("Connect Success");
    CHECK(connect("192.0.2.1").read_to_close() == "Too many connections from your address\n");
    connect("192.0.2.2").expect("Connect Success");
    connect("198.51.100.1").expect("Connect Success");
    CHECK(connect("198.51.100.2").read_to_close() == "Too many connections from your address\n");
    for (int i = 0; i < 5; ++i)
        connect("203.0.113.1").expect("Connect Success");
    CHECK_THAT(daemon.log(), Catch::Matchers::ContainsSubstring(
                                 "warning refused reason=address_full peer=192.0.2.1:1003"));
    daemon.stop();
}

TEST_CASE("a header sent byte by byte and glued to a login is no hindrance", "[wire][proxy]") {
    daemon_process daemon({"--proxy-protocol-from", "127.0.0.0/8"});
    wire_client client(daemon.endpoint());
    client.send_bytewise(proxied_v6("2001:db8::1", 4711) + "login alice\nsay hi\n");
    client.expect("Connect SuccessLogin Successalice: hi\n");
    wire_client plain(daemon.endpoint());
    plain.send("login bob\n");
    plain.expect_closed();
    client.fence();
    daemon.stop();
}
