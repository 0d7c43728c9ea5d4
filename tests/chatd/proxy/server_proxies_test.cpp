#include "chatd/proxy/header_bytes.hpp"
#include "chatd/served_loop.hpp"
#include "chatd/session.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace chatd;
using namespace std::chrono_literals;

namespace {

limits behind_proxies() {
    limits limit;
    limit.proxies = {*network::parse("127.0.0.0/8")};
    return limit;
}

} // namespace

TEST_CASE("a proxy's client is greeted after the header and counts by its own address",
          "[chatd][proxy]") {
    auto limit = behind_proxies();
    limit.per_address = 2;
    served_loop s{limit};
    auto& first = s.connect();
    first.send(proxied_v4("192.0.2.7", 1000) + "login alice\n");
    s.expect(first, "Connect SuccessLogin Success");
    auto& second = s.connect();
    second.send(proxied_v4("192.0.2.7", 1001));
    s.expect(second, "Connect Success");
    auto& third = s.connect();
    third.send(proxied_v4("192.0.2.7", 1002));
    s.expect_end(third);
    CHECK(third.received() == "Too many connections from your address\n");
    CHECK(s.logged("warning refused reason=address_full peer=192.0.2.7:1002") == 1);
    auto& other = s.connect();
    other.send(proxied_v6("2001:db8::7", 1003));
    s.expect(other, "Connect Success");

    first.close(); // its place is free again
    s.run_until("a session ends", [&] { return s.server.counts().ended == 1; });
    auto& next = s.connect();
    next.send(proxied_v4("192.0.2.7", 1004));
    s.expect(next, "Connect Success");
}

TEST_CASE("nothing is said before the header is whole however it is cut", "[chatd][proxy]") {
    served_loop s{behind_proxies()};
    auto& peer = s.connect();
    const auto header = proxied_v4("192.0.2.7", 1000, "more");
    for (const char byte : header.substr(0, header.size() - 1))
        s.deliver(peer, std::string_view(&byte, 1));
    CHECK(peer.received().empty());
    peer.send(header.substr(header.size() - 1));
    s.expect(peer, "Connect Success");
    peer.send("login alice\n");
    s.expect(peer, "Login Success");
    CHECK(s.server.peer_of(*s.server.find("alice")).to_string() == "192.0.2.7:1000");
}

TEST_CASE("bans hold for a proxy's clients and not for the proxy", "[chatd][proxy]") {
    served_loop s{behind_proxies()};
    auto& alice = s.connect();
    alice.send(proxied_v4("192.0.2.7", 1000) + "login alice\n");
    s.expect(alice, "Login Success");
    auto& bob = s.connect();
    bob.send(proxied_v4("192.0.2.8", 1000) + "login bob\n");
    s.expect(bob, "Login Success");
    CHECK(s.server.ban(*ban_target::parse("192.0.2.7"), {}, "").hit == 1);
    s.expect_end(alice);
    auto& again = s.connect();
    again.send(proxied_v4("192.0.2.7", 1001));
    s.expect_end(again);
    CHECK(again.received() == "You are banned\n");
    CHECK(s.fence(bob) == "alice has left the room.\n");
}

TEST_CASE("a proxy that does not begin with a header is closed and counted", "[chatd][proxy]") {
    served_loop s{behind_proxies()};
    auto& plain = s.connect();
    plain.send("login alice\n");
    s.expect_end(plain);
    CHECK(plain.received().empty());
    auto& cut = s.connect();
    cut.send(proxied_v4("192.0.2.7", 1).substr(0, 20));
    cut.half_close();
    s.expect_end(cut);
    CHECK(s.count_of(incident::refused_proxy_header) == 2);
    CHECK(s.logged("warning refused reason=proxy_header peer=127.0.0.1:") == 1);
    CHECK(std::any_of(s.log_lines.begin(), s.log_lines.end(), [](const std::string& line) {
        return line.find(" fault=\"") != std::string::npos;
    }));
    CHECK(s.server.counts().accepted == 0);
}

TEST_CASE("a header may be as long as is taken before login", "[chatd][proxy]") {
    auto limit = behind_proxies();
    limit.login_bytes = 100;
    served_loop s{limit};
    const auto of_size = [](std::size_t size) {
        return proxied_v4("192.0.2.7", 1, std::string(size - 28, 'x'));
    };
    for (const std::size_t size : {std::size_t{99}, std::size_t{100}}) {
        auto& fitting = s.connect();
        fitting.send(of_size(size));
        s.expect(fitting, "Connect Success");
    }
    auto& longer = s.connect();
    longer.send(of_size(101));
    s.expect_end(longer);
    CHECK(longer.received().empty());
    CHECK(s.count_of(incident::refused_proxy_header) == 1);
}

TEST_CASE("a proxy that only looks whether somebody is there is no incident", "[chatd][proxy]") {
    served_loop s{behind_proxies()};
    auto& looks = s.connect();
    s.iterate(3);
    looks.close();
    auto& local = s.connect();
    local.send(proxy_bytes(0x20, 0x00, ""));
    s.expect(local, "Connect Success");
    CHECK(s.count_of(incident::refused_proxy_header) == 0);
    CHECK(s.logged("warning ") == 0);
}

TEST_CASE("a proxy's own connections have only the limit on all", "[chatd][proxy]") {
    auto limit = behind_proxies();
    limit.max_connections = 3;
    limit.per_address = 1;
    limit.connect_rate = 1;
    served_loop s{limit};
    for (int i = 0; i < 2; ++i) {
        auto& local = s.connect();
        local.send(proxy_bytes(0x20, 0x00, ""));
        s.expect(local, "Connect Success");
    }
    auto& silent = s.connect();
    s.iterate(3);
    auto& late = s.connect();
    s.expect_end(late);
    CHECK(late.received() == "Server full\n");
    CHECK(silent.received().empty());
    CHECK(s.count_of(incident::refused_server_full) == 1);
}

TEST_CASE("a header that does not come is not waited for longer than a login", "[chatd][proxy]") {
    auto limit = behind_proxies();
    limit.login_timeout = 20ms;
    served_loop s{limit};
    auto& silent = s.connect();
    s.expect_end(silent);
    CHECK(silent.received().empty());
    CHECK(s.count_of(incident::refused_proxy_silent) == 1);
    CHECK(s.logged("warning refused reason=proxy_silent") == 1);
}

TEST_CASE("a header from elsewhere is no header", "[chatd][proxy]") {
    served_loop s;
    auto& peer = s.greeted();
    peer.send(proxied_v4("192.0.2.7", 1) + "\nlogin alice\n");
    s.expect(peer, "Login Success");
    CHECK(s.server.peer_of(*s.server.find("alice")).is_loopback());
}

TEST_CASE("a stop does not wait for headers", "[chatd][proxy]") {
    served_loop s{behind_proxies()};
    auto& silent = s.connect();
    s.iterate(3);
    s.server.drain();
    s.loop.run(1s); // ends by itself when no work is left
    silent.pump();
    CHECK((silent.ended() || silent.error() != 0));
}

TEST_CASE("a session that moves takes along what its proxy said", "[chatd][proxy]") {
    served_loop s{behind_proxies()};
    auto& peer = s.connect();
    peer.send(proxied_v4("192.0.2.7", 1000) + "login alice\n");
    s.expect(peer, "Login Success");
    auto saved = s.server.save();
    logger quiet{[](std::string_view) {}};
    server second{s.loop, behind_proxies(), quiet};
    const auto live = second.restore(std::move(saved));
    CHECK(live == 1);
    CHECK(second.peer_of(*second.find("alice")).to_string() == "192.0.2.7:1000");
}
