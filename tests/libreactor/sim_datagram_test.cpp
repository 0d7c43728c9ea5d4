// The simulated system's datagrams: what it has in common with Linux, and what a test may do to it.
#include "support/catch.hpp"

#include "system.hpp"

#include <reactor/datagram.hpp>
#include <reactor/endpoint.hpp>
#include <reactor/sim/world.hpp>

#include "epoll_bits.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace system_calls = reactor::system;
using namespace std::chrono_literals;
using reactor::datagram;
using reactor::endpoint;
using reactor::sim::chaos;
using reactor::sim::datagram_peer;
using reactor::sim::world;
using message = datagram_peer::message;

namespace {

/// A socket of the program.
struct program_socket {
    explicit program_socket(int family) {
        const auto made = system_calls::socket(family, SOCK_DGRAM);
        REQUIRE(made.ok());
        fd = static_cast<int>(made.value);
    }
    explicit program_socket(const endpoint& at) : program_socket(at.family()) {
        REQUIRE(bind(at) == 0);
    }
    [[nodiscard]] int bind(const endpoint& at) const {
        return system_calls::bind(fd, at.native(), at.native_size()).error;
    }
    [[nodiscard]] int connect(const endpoint& to) const {
        return system_calls::connect(fd, to.native(), to.native_size()).error;
    }
    [[nodiscard]] int send(std::string_view text, const endpoint& to = {}) const {
        std::string copy(text);
        return system_calls::sendto(fd, {.bytes = {copy.data(), copy.size()}, .peer = to}).error;
    }
    /// What it got, from whom; an errno in its place.
    [[nodiscard]] std::pair<message, int> receive(std::size_t room = 100'000) const {
        std::string bytes(room, '\0');
        datagram one{.bytes = {bytes.data(), bytes.size()}, .peer = {}};
        const auto given = system_calls::recvfrom(fd, one);
        if (!given.ok())
            return {{}, given.error};
        return {{{one.bytes.data(), one.bytes.size()}, one.peer}, 0};
    }
    [[nodiscard]] endpoint address() const {
        sockaddr_storage named{};
        socklen_t size = sizeof named;
        auto* const name = reinterpret_cast<sockaddr*>(&named);
        REQUIRE(system_calls::getsockname(fd, name, &size).ok());
        return endpoint::from_native(name, size);
    }
    [[nodiscard]] bool ready_for(short events) const {
        std::array<pollfd, 1> entry{{{fd, events, 0}}};
        REQUIRE(system_calls::poll(entry, 0ns).ok());
        return (entry[0].revents & events) != 0;
    }
    int fd = -1;
};

std::vector<std::string> texts_of(const std::vector<message>& messages) {
    std::vector<std::string> texts;
    for (const auto& one : messages)
        texts.push_back(one.bytes);
    return texts;
}

} // namespace

TEST_CASE("simulated datagrams keep boundaries and order and their sender", "[sim][datagram]") {
    const int family = GENERATE(AF_INET, AF_INET6, AF_UNIX);
    world w;
    const auto at = [&](const char* path) {
        return family == AF_INET    ? endpoint::loopback_v4(0)
               : family == AF_INET6 ? endpoint::loopback_v6(0)
                                    : endpoint::unix_path(path);
    };
    const program_socket server(at("/run/server"));
    auto peer = w.datagram_socket(at("@peer"));
    CHECK_FALSE(server.ready_for(POLLIN));
    CHECK(server.receive().second == EAGAIN);
    for (const auto* text : {"one", "", "three"})
        CHECK(peer.send_to(text, server.address()));
    CHECK(server.ready_for(POLLIN));
    CHECK(server.receive().first == message{"one", peer.address()});
    CHECK(server.receive().first == message{"", peer.address()});
    CHECK(server.receive(2).first == message{"th", peer.address()});
    CHECK(server.receive().second == EAGAIN);
    CHECK(server.send("answer", peer.address()) == 0);
    CHECK(peer.take() == std::vector<message>{{"answer", server.address()}});
    CHECK(peer.received().empty());
}

TEST_CASE("simulated UDP ports are found bound and picked as real ones", "[sim][datagram]") {
    world w;
    const program_socket any(AF_INET);
    CHECK(any.address().port() == 0);
    auto peer = w.datagram_socket();
    CHECK(any.send("hello", peer.address()) == 0); // picks a port
    REQUIRE(peer.received().size() == 1);
    CHECK(peer.received()[0].from == endpoint::loopback_v4(any.address().port()));
    CHECK(any.address().port() != 0);
    CHECK(any.bind(endpoint::loopback_v4(9)) == EINVAL);

    const program_socket second(AF_INET);
    CHECK(second.bind(peer.address()) == EADDRINUSE);
    CHECK_THROWS_AS(w.datagram_socket(any.address()), std::system_error);
    const auto listener = w.listen(peer.address()); // TCP has ports of its own
    CHECK(listener.address() == peer.address());
    const auto address = peer.address();
    peer.close();
    CHECK(second.bind(address) == 0);
}

TEST_CASE("a simulated socket of both families gets IPv4 senders mapped", "[sim][datagram]") {
    world w;
    const auto both = endpoint::parse("[::]:7000").value();
    const program_socket server(both);
    auto peer = w.datagram_socket();
    CHECK(peer.send_to("four", endpoint::loopback_v4(7000)));
    const auto got = server.receive().first;
    CHECK(got.from.family() == AF_INET6);
    CHECK(got.from.port() == peer.address().port());
    CHECK(server.send("back", got.from) == 0);
    REQUIRE(peer.received().size() == 1);
    CHECK(peer.received()[0] == message{"back", endpoint::loopback_v4(7000)});
}

TEST_CASE("a connected simulated socket takes nothing of others", "[sim][datagram]") {
    world w;
    auto peer = w.datagram_socket();
    auto stranger = w.datagram_socket();
    const program_socket client(AF_INET);
    CHECK(client.send("to whom?") == EDESTADDRREQ);
    CHECK(client.connect(peer.address()) == 0);
    CHECK(client.address() == endpoint::loopback_v4(client.address().port()));
    CHECK(client.send("hello") == 0);
    CHECK(texts_of(peer.received()) == std::vector<std::string>{"hello"});
    CHECK(stranger.send_to("psst", client.address()));
    CHECK(peer.connect(client.address()));
    CHECK(peer.send("hello yourself"));
    CHECK(client.receive().first == message{"hello yourself", peer.address()});
    CHECK(client.receive().second == EAGAIN);
    CHECK(client.connect(stranger.address()) == 0); // may be repeated
    CHECK(stranger.send_to("now?", client.address()));
    CHECK(client.receive().first.bytes == "now?");
}

TEST_CASE("only a connected simulated socket learns that nobody was there", "[sim][datagram]") {
    world w;
    const auto vacant = endpoint::loopback_v4(9);
    const program_socket open(AF_INET);
    CHECK(open.send("anybody?", vacant) == 0);
    CHECK(open.receive().second == EAGAIN);

    const program_socket client(AF_INET);
    REQUIRE(client.connect(vacant) == 0);
    CHECK(client.send("anybody?") == 0);
    CHECK(client.ready_for(POLLERR));
    CHECK(client.receive().second == ECONNREFUSED);
    CHECK(client.receive().second == EAGAIN); // told once
    CHECK(client.send("anybody?") == 0);
    CHECK(client.send("anybody?") == ECONNREFUSED); // by a send as well

    auto peer = w.datagram_socket();
    CHECK(peer.connect(vacant));
    CHECK(peer.send("anybody?"));
    CHECK_FALSE(peer.send("anybody?"));
    CHECK(peer.error() == ECONNREFUSED);
}

TEST_CASE("simulated UDP drops what there is no room for", "[sim][datagram]") {
    world w;
    w.set_receive_capacity(10);
    const program_socket server(endpoint::loopback_v4(7000));
    auto peer = w.datagram_socket();
    for (const auto* text : {"12345", "67890", "lost"})
        CHECK(peer.send_to(text, server.address()));
    CHECK(server.receive().first.bytes == "12345");
    CHECK(server.receive().first.bytes == "67890");
    CHECK(server.receive().second == EAGAIN);
    CHECK(server.send(std::string(65'508, 'x'), peer.address()) == EMSGSIZE);

    peer.stop_reading();
    for (const auto* text : {"12345", "67890", "lost"})
        CHECK(server.send(text, peer.address()) == 0);
    CHECK(peer.received().empty());
    CHECK(peer.dropped() == 1);
    peer.resume_reading();
    CHECK(texts_of(peer.received()) == std::vector<std::string>{"12345", "67890"});
    CHECK(server.send("again", peer.address()) == 0);
    CHECK(peer.received().size() == 3);
}

TEST_CASE("a full simulated UNIX socket makes its senders wait", "[sim][datagram]") {
    world w;
    auto peer = w.datagram_socket(endpoint::unix_path("/run/peer"));
    const program_socket client(AF_UNIX);
    CHECK(client.send("to whom?") == ENOTCONN);
    REQUIRE(client.connect(peer.address()) == 0);
    peer.stop_reading();
    int sent = 0;
    while (client.ready_for(POLLOUT) && sent < 100) {
        REQUIRE(client.send("x") == 0);
        ++sent;
    }
    CHECK(sent == 11);
    CHECK(client.send("x") == EAGAIN);
    peer.resume_reading();
    CHECK(client.ready_for(POLLOUT));
    CHECK(client.send("x") == 0);
    CHECK(peer.received().size() == 12);
    CHECK(peer.received()[0].from == endpoint{}); // it has no name
}

TEST_CASE("simulated UNIX names are there or not as files are", "[sim][datagram]") {
    world w;
    const auto path = endpoint::unix_path("/run/peer");
    const program_socket client(AF_UNIX);
    CHECK(client.send("x", path) == ENOENT);
    auto peer = w.datagram_socket(path);
    CHECK(client.send("x", path) == 0);
    const program_socket second(AF_UNIX);
    CHECK(second.bind(path) == EADDRINUSE);
    peer.close();
    CHECK(client.send("x", path) == ECONNREFUSED);
    CHECK(second.bind(path) == EADDRINUSE); // the file outlives the socket
    CHECK(w.unlink("/run/peer"));
    CHECK(second.bind(path) == 0);
    CHECK(client.send("x", endpoint::unix_path("@nobody")) == ECONNREFUSED);
}

TEST_CASE("simulated addresses swallow or refuse datagrams when told to", "[sim][datagram]") {
    world w;
    const program_socket client(AF_INET);
    auto peer = w.datagram_socket();
    auto other = w.datagram_socket();
    w.black_hole(peer.address());
    w.unreachable(other.address(), EHOSTUNREACH);
    CHECK(client.send("x", peer.address()) == 0);
    CHECK(peer.received().empty());
    CHECK(client.send("x", other.address()) == EHOSTUNREACH);
}

TEST_CASE("a simulated batch moves what is there and stops at what fails", "[sim][datagram]") {
    world w;
    auto peer = w.datagram_socket();
    const program_socket server(endpoint::loopback_v4(7000));
    std::string text = "text";
    std::string long_text(70'000, 'x');
    const datagram fine{.bytes = {text.data(), text.size()}, .peer = peer.address()};
    const datagram bad{.bytes = {long_text.data(), long_text.size()}, .peer = peer.address()};
    const std::array<datagram, 3> batch{fine, bad, fine};
    CHECK(system_calls::sendmmsg(server.fd, batch).value == 1);
    CHECK(system_calls::sendmmsg(server.fd, std::span(batch).subspan(1)).error == EMSGSIZE);
    CHECK(peer.received().size() == 1);

    std::array<char, 4> bytes{};
    std::array<datagram, 2> room{
        {{.bytes = {bytes.data(), 2}, .peer = {}}, {.bytes = {bytes.data() + 2, 2}, .peer = {}}}};
    CHECK(system_calls::recvmmsg(server.fd, room).error == EAGAIN);
    CHECK(peer.send_to("abc", server.address()));
    CHECK(system_calls::recvmmsg(server.fd, room).value == 1);
    CHECK(room[0].truncated);
    CHECK(room[0].bytes.size() == 2);
    CHECK(room[1].bytes.size() == 2); // untouched
}

TEST_CASE("a bad day loses doubles and reorders simulated UDP", "[sim][datagram][chaos]") {
    const auto day = [](std::uint64_t seed) {
        world w(seed);
        w.set_chaos({.losses = 0.2, .duplicates = 0.2, .most_delay = 10ms});
        const program_socket server(endpoint::loopback_v4(7000));
        auto peer = w.datagram_socket();
        for (int i = 0; i < 200; ++i)
            CHECK(peer.send_to(std::to_string(i), server.address()));
        w.advance(10ms);
        std::vector<std::string> got;
        w.set_chaos(chaos::none());
        for (auto one = server.receive(); one.second == 0; one = server.receive())
            got.push_back(one.first.bytes);
        return got;
    };
    const auto got = day(17);
    const std::set<std::string> different(got.begin(), got.end());
    CHECK(different.size() < 200);        // some are lost
    CHECK(different.size() > 100);        // not all
    CHECK(got.size() > different.size()); // some came twice
    CHECK_FALSE(std::is_sorted(got.begin(), got.end(), [](const auto& a, const auto& b) {
        return std::stoi(a) < std::stoi(b);
    }));
    CHECK(day(17) == got); // and may be played again
    CHECK(day(18) != got);
}

TEST_CASE("a bad day does nothing to the order of simulated UNIX datagrams",
          "[sim][datagram][chaos]") {
    world w;
    w.set_chaos({.short_reads = 0, .short_writes = 0, .refusals = 0, .interrupts = 0, .losses = 1});
    auto peer = w.datagram_socket(endpoint::unix_path("@peer"));
    const program_socket client(AF_UNIX);
    for (const auto* text : {"one", "two", "three"})
        CHECK(client.send(text, peer.address()) == 0);
    CHECK(texts_of(peer.received()) == std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE("a simulated socket of datagrams is no stream and says so", "[sim][datagram]") {
    world w;
    const program_socket udp(endpoint::loopback_v4(7000));
    CHECK(system_calls::listen(udp.fd, 1).error == EOPNOTSUPP);
    CHECK(system_calls::accept(udp.fd, nullptr, nullptr).error == EOPNOTSUPP);
    CHECK(system_calls::shutdown(udp.fd, SHUT_WR).error == ENOTCONN);
    int type = 0;
    socklen_t size = sizeof type;
    CHECK(system_calls::getsockopt(udp.fd, SOL_SOCKET, SO_TYPE, &type, &size).ok());
    CHECK(type == SOCK_DGRAM);
    auto pair = w.connect_pair();
    datagram none;
    CHECK(system_calls::recvfrom(pair.fd, none).error == EOPNOTSUPP);
    CHECK(system_calls::recvfrom(99, none).error == EBADF);
    CHECK(w.describe().find("datagrams 127.0.0.1:7000, 0 unread") != std::string::npos);
}

TEST_CASE("a peer of datagrams outlives its world and is nothing without one", "[sim][datagram]") {
    datagram_peer none;
    CHECK_FALSE(none.send_to("x", endpoint::loopback_v4(7)));
    CHECK(none.error() == ENOTCONN);
    CHECK(none.received().empty());
    CHECK(none.take().empty());
    {
        world w;
        none = w.datagram_socket();
    }
    CHECK_FALSE(none.send_to("x", endpoint::loopback_v4(7)));
    none.close();
    CHECK_FALSE(none.connect(endpoint::loopback_v4(7)));
}
