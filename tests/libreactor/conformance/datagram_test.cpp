// Datagrams one at a time: UDP and UNIX.
#include <reactor/error.hpp>
#include <reactor/loop.hpp>

#include "libreactor/conformance/datagrams.hpp"
#include "support/loop_fixture.hpp"
#include "support/poller_limits.hpp"
#include "support/socket_pair.hpp"

#include <chrono>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

using datagrams::any_address;
using datagrams::bare_socket;
using datagrams::channel;
using reactor::endpoint;
using reactor::unique_fd;
using support::loop_fixture;

namespace {

/// Nobody is there, and nobody comes.
endpoint vacant_address() {
    const bare_socket gone(endpoint::loopback_v4(0));
    return gone.address();
}

/// Sends into the void until the kernel tells of it.
void provoke_refusal(loop_fixture& loop, channel& c) {
    loop.run_until("the refusal is told", [&] {
        if (!c.failures.empty())
            return true;
        const auto sent = c.send("anybody?");
        if (sent.ec)
            c.failures.push_back(sent.ec);
        return false;
    });
}

} // namespace

TEST_CASE("a datagram comes with its sender and an answer goes there", "[datagram]") {
    const int family = GENERATE(AF_INET, AF_INET6, AF_UNIX);
    if (!support::family_available(family))
        SKIP("no " << support::family_name(family) << " loopback");
    const support::temp_dir directory;
    loop_fixture loop;
    channel server(loop.loop, any_address(family, directory, "server"));
    const bare_socket client(any_address(family, directory, "client"));
    CHECK_FALSE(server.connected());
    CHECK(server.remote_address() == endpoint{});
    client.send("who am I?", server.local_address());
    loop.run_until("it is there", [&] { return !server.messages.empty(); });
    CHECK(server.messages[0].text == "who am I?");
    CHECK(server.messages[0].from == client.address());
    const auto answered = server.send_to("you", server.messages[0].from);
    CHECK(answered);
    CHECK(answered.n == 3);
    const auto answer = client.receive();
    REQUIRE(answer);
    CHECK(answer->text == "you");
    CHECK(answer->from == server.local_address());
}

TEST_CASE("datagrams keep their boundaries and an empty one is no end", "[datagram]") {
    const int family = GENERATE(AF_INET, AF_UNIX);
    const support::temp_dir directory;
    loop_fixture loop;
    channel server(loop.loop, any_address(family, directory, "server"));
    const bare_socket client(any_address(family, directory, "client"));
    for (const auto* text : {"one", "", "three", ""})
        client.send(text, server.local_address());
    loop.run_until("all are there", [&] { return server.messages.size() == 4; });
    CHECK(server.messages[0].text == "one");
    CHECK(server.messages[1].text.empty());
    CHECK(server.messages[2].text == "three");
    CHECK(server.messages[3].text.empty());
    loop.iterate(3);
    CHECK(server.is_open());
    CHECK_FALSE(server.input_ended());
    CHECK(server.eofs == 0);
    CHECK(server.send_to("", client.address()));
    CHECK(client.receive()->text.empty());
}

TEST_CASE("an empty datagram is no end for recv either", "[datagram]") {
    loop_fixture loop;
    const bare_socket client(endpoint::loopback_v4(0));
    channel server(loop.loop, endpoint::loopback_v4(0));
    server.connect(client.address());
    std::vector<std::string> got;
    server.on_read = [&] {
        const auto buffer = server.receive_buffer();
        if (const auto one = server.recv(buffer); !one.ec)
            got.emplace_back(buffer.data(), one.n);
    };
    client.send("", server.local_address());
    client.send("more", server.local_address());
    loop.run_until("both are there", [&] { return got.size() == 2; });
    CHECK(got == std::vector<std::string>{"", "more"});
    CHECK(server.eofs == 0);
    CHECK(server.is_open());
}

TEST_CASE("a datagram too long for the buffer is told to be cut", "[datagram]") {
    loop_fixture loop;
    channel server(loop.loop, endpoint::loopback_v4(0));
    const bare_socket client(endpoint::loopback_v4(0));
    std::vector<reactor::io_result> got;
    std::string text;
    server.on_read = [&] {
        std::array<char, 4> small{};
        endpoint from;
        const auto one = server.recv_from(small, from);
        if (one.would_block())
            return;
        text.append(small.data(), one.n);
        CHECK(from == client.address());
        got.push_back(one);
    };
    client.send("abcdefgh", server.local_address());
    client.send("ijkl", server.local_address());
    loop.run_until("both are there", [&] { return got.size() == 2; });
    CHECK(got[0].ec == std::errc::message_size);
    CHECK(got[0].n == 4);
    CHECK_FALSE(got[1].ec);
    CHECK(text == "abcdijkl");
    CHECK(server.is_open());
}

TEST_CASE("a connected datagram channel speaks with its peer alone", "[datagram]") {
    loop_fixture loop;
    const bare_socket peer(endpoint::loopback_v4(0));
    const bare_socket stranger(endpoint::loopback_v4(0));
    channel c(loop.loop);
    c.create_socket(AF_INET, SOCK_DGRAM);
    int reads_before_connect = 0;
    c.on_connect = [&] { reads_before_connect = static_cast<int>(c.messages.size()); };
    c.connect(peer.address());
    CHECK(c.connects == 0); // never inside the call
    CHECK(c.remote_address() == peer.address());
    stranger.send("not for you", c.local_address());
    peer.send("for you", c.local_address());
    loop.run_until("it is there", [&] { return !c.messages.empty(); });
    CHECK(c.connects == 1);
    CHECK(reads_before_connect == 0);
    CHECK(c.connected());
    CHECK_FALSE(c.connecting());
    CHECK(c.messages[0].text == "for you");
    CHECK(c.send("thanks"));
    CHECK(peer.receive()->text == "thanks");
    loop.iterate(2);
    CHECK(c.messages.size() == 1);

    c.connect(stranger.address());
    CHECK(c.send("hello"));
    CHECK(stranger.receive()->text == "hello");
    loop.run_until("that is told as well", [&] { return c.connects == 2; });
}

TEST_CASE("a refused datagram does not close its channel", "[datagram]") {
    loop_fixture loop;
    channel c(loop.loop);
    c.create_socket(AF_INET, SOCK_DGRAM);
    c.connect(vacant_address());
    provoke_refusal(loop, c);
    CHECK(c.failures.front() == std::errc::connection_refused);
    CHECK(c.is_open());
    CHECK(c.closes == 0);

    const bare_socket peer(endpoint::loopback_v4(0));
    c.connect(peer.address());
    peer.send("still there?", c.local_address());
    loop.run_until("it goes on", [&] { return !c.messages.empty(); });
    CHECK(c.closes == 0);
}

TEST_CASE("the default handler outlives a refused datagram too", "[datagram]") {
    loop_fixture loop;
    reactor::dispatcher plain(loop.loop);
    plain.create_socket(AF_INET, SOCK_DGRAM);
    plain.connect(vacant_address());
    loop.iterate();
    for (int i = 0; i < 3; ++i) {
        (void)plain.send("anybody?");
        loop.fence();
    }
    CHECK(plain.is_open());
}

TEST_CASE("a paused datagram channel does not spin on an error", "[datagram][E9]") {
    loop_fixture loop;
    channel c(loop.loop);
    c.create_socket(AF_INET, SOCK_DGRAM);
    c.connect(vacant_address());
    c.pause_reading();
    loop.iterate();
    CHECK(c.send("anybody?"));
    loop.fence();
    const auto before = loop.counters().events;
    for (int i = 0; i < 20; ++i)
        loop.loop.run_once(std::chrono::milliseconds{1});
    CHECK(loop.counters().events - before < 5);
    c.resume_reading();
    if (support::missing(support::need::late_errors, loop.loop).empty())
        loop.run_until("the refusal is told", [&] { return !c.failures.empty(); });
    CHECK(c.is_open());
}

TEST_CASE("what is too long or goes nowhere is an error of that send alone", "[datagram]") {
    loop_fixture loop;
    channel c(loop.loop, endpoint::loopback_v4(0));
    const bare_socket peer(endpoint::loopback_v4(0));
    CHECK(c.send_to(std::string(70'000, 'x'), peer.address()).ec == std::errc::message_size);
    CHECK(c.send("to whom?").ec == std::errc::destination_address_required);
    CHECK(c.send_to("wrong family", endpoint::loopback_v6(9)).ec);
    CHECK(c.send_to("well", peer.address()));
    loop.iterate();
    CHECK(c.is_open());
    CHECK(peer.receive()->text == "well");
}

TEST_CASE("a datagram channel that is done closes at once", "[datagram][E12]") {
    loop_fixture loop;
    const bare_socket peer(endpoint::loopback_v4(0));
    channel c(loop.loop, endpoint::loopback_v4(0));
    const bool with_peer = GENERATE(false, true);
    if (with_peer)
        c.connect(peer.address());
    c.close_when_done();
    loop.iterate();
    CHECK(c.closes == 1);
    CHECK_FALSE(c.reason);
    CHECK_FALSE(c.is_open());
    CHECK(c.send_to("late", peer.address()).ec == std::errc::not_connected);
    endpoint from;
    CHECK(c.recv_from(c.receive_buffer(), from).ec == std::errc::not_connected);
}

TEST_CASE("closed and opened again it is a channel of what it is opened for", "[datagram]") {
    loop_fixture loop;
    channel c(loop.loop, endpoint::loopback_v4(0));
    c.close();
    loop.run_until("it is closed", [&] { return c.closes == 1; });
    auto pair = support::make_socket_pair(AF_UNIX);
    c.set_socket(std::move(pair.ours));
    endpoint from;
    CHECK(c.recv_from(c.receive_buffer(), from).ec == std::errc::wrong_protocol_type);
    pair.theirs.reset();
    c.on_read = [&] { (void)c.recv(c.receive_buffer()); };
    loop.run_until("the stream ends", [&] { return c.eofs == 1; });
}

TEST_CASE("a socket of datagrams is taken over as it is", "[datagram]") {
    loop_fixture loop;
    bare_socket bound(endpoint::loopback_v4(0));
    const bare_socket client(endpoint::loopback_v4(0));
    const bool with_peer = GENERATE(false, true);
    const auto peer = client.address();
    if (with_peer)
        REQUIRE(::connect(bound.fd(), peer.native(), peer.native_size()) == 0);
    REQUIRE(::fcntl(bound.fd(), F_SETFL, 0) == 0); // blocks
    const auto address = bound.address();
    channel c(loop.loop);
    c.set_datagram_socket(bound.release());
    CHECK(c.connected() == with_peer);
    client.send("hello", address);
    loop.run_until("it is there", [&] { return c.messages.size() == 1; });
}

TEST_CASE("what is no socket of datagrams is refused and closed", "[datagram]") {
    loop_fixture loop;
    channel c(loop.loop);
    auto pair = support::make_socket_pair(AF_UNIX);
    const int number = pair.ours.get();
    std::error_code ec;
    c.set_datagram_socket(std::move(pair.ours), ec);
    CHECK(ec == std::errc::wrong_protocol_type);
    CHECK(::fcntl(number, F_GETFD) == -1);
    c.set_datagram_socket(unique_fd{}, ec);
    CHECK(ec == std::errc::bad_file_descriptor);
    c.set_datagram_socket(unique_fd{::open("/dev/null", O_RDONLY | O_CLOEXEC)}, ec);
    CHECK(ec == std::errc::not_a_socket);
    CHECK_FALSE(c.is_open());
    CHECK_THROWS_AS(c.set_datagram_socket(unique_fd{}), std::system_error);
    c.create_socket(AF_INET, SOCK_DGRAM);
    c.set_datagram_socket(unique_fd{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)}, ec);
    CHECK(ec == reactor::errc::already_open);
}
