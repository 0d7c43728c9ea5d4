// test_asyncore.py's scenario of dispatcher_with_send, and what asyncore measured badly in it.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "libreactor/conformance/hooked_channels.hpp"

#include <reactor/dispatcher_with_send.hpp>
#include <reactor/error.hpp>

#include <sys/socket.h>

#include <string>
#include <utility>

using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

class buffered : public hooked::channel<reactor::dispatcher_with_send> {
public:
    using channel::channel;

    bool wants_read = true;
    std::string input;

    using reactor::dispatcher_with_send::writable;

protected:
    [[nodiscard]] bool readable() const noexcept override { return wants_read; }
    void handle_read() override {
        const auto buffer = receive_buffer();
        const auto got = recv(buffer);
        input.append(buffer.data(), got.n);
    }
};

struct with_send_test : loop_fixture {
    explicit with_send_test(int family = AF_UNIX, int buffer_bytes = 0)
        : pair(make_socket_pair(family, buffer_bytes)) {
        pump({&peer});
    }

    support::socket_pair pair;
    buffered channel{loop, std::move(pair.ours)};
    scripted_peer peer{std::move(pair.theirs)};
};

const std::string much(200'000, 'm'); // more than the small sockets of these tests take

} // namespace

TEST_CASE("a client that sends twice has both copies captured by the server", "[asyncore][12]") {
    const int family = GENERATE(AF_INET, AF_INET6, AF_UNIX);
    CAPTURE(support::family_name(family));
    if (!support::family_available(family))
        SKIP("no " << support::family_name(family) << " here");
    const std::string data = "Suppose there isn't a 16-ton weight?";
    loop_fixture f;
    const support::listening_socket listener(family);
    buffered client(f.loop);
    client.wants_read = false;
    client.create_socket(family);
    client.connect(listener.address());
    scripted_peer server(listener.accept());
    f.pump({&server});
    client.send(data);
    client.send(data);
    client.send("\n");
    f.run_until("nothing is pending", [&] { return client.output_size() == 0; });
    f.run_until("the server has it", [&] { return server.received() == data + data + "\n"; });
}

TEST_CASE("what is sent before the connection stands leaves with it", "[with_send][plain]") {
    loop_fixture f;
    const support::listening_socket listener(AF_INET);
    buffered client(f.loop);
    client.create_socket(AF_INET);
    CHECK(client.send("early "));
    f.iterate(3);
    CHECK(f.counters().sends == 0);
    client.on_connect = [&] { client.send("and late"); };
    client.connect(listener.address());
    scripted_peer server(listener.accept());
    f.pump({&server});
    f.run_until("the server has it", [&] { return server.received() == "early and late"; });
    CHECK(f.counters().sends == 1);
}

TEST_CASE("all that an iteration sends leaves with one call", "[with_send][defect28][plain]") {
    with_send_test t;
    for (const auto* text : {"a", "b", "", "c"})
        CHECK(t.channel.send(text));
    CHECK(t.counters().sends == 0);
    CHECK(t.channel.output_size() == 3);
    t.loop.run_once();
    t.peer.pump();
    CHECK(t.peer.received() == "abc");
    CHECK(t.counters().sends == 1);
}

TEST_CASE("a dispatcher_with_send wants to write only while the kernel is full",
          "[with_send][defect7][plain]") {
    with_send_test t(AF_UNIX, 4096);
    t.peer.never_read();
    CHECK_FALSE(t.channel.writable());
    t.channel.send(much);
    t.iterate();
    CHECK(t.channel.writable());
    t.iterate();
    const auto sends = t.counters().sends;
    t.iterate(10);
    CHECK(t.counters().sends == sends); // asked of the kernel, not tried
    t.peer.read_again();
    t.run_until("all is there", [&] { return t.peer.received() == much; });
    CHECK(t.channel.output_size() == 0);
    CHECK_FALSE(t.channel.writable());
    CHECK(t.loop.output_memory() == 0);
}

TEST_CASE("pending output is not lost when the peer ends its side", "[with_send][E11][defect29]") {
    const int family = GENERATE(AF_INET, AF_UNIX);
    with_send_test t(family, 32768); // with less, TCP waits for its timers
    t.peer.never_read();
    t.channel.send(much);
    t.iterate();
    REQUIRE(t.channel.output_size() > 0);
    t.peer.half_close();
    t.run_until("the end is noticed", [&] { return t.channel.eofs == 1; });
    t.peer.read_again();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    t.run_until("the end is read", [&] { return t.peer.ended(); });
    CHECK(t.peer.received() == much);
    CHECK_FALSE(t.channel.reason);
}

TEST_CASE("pending output is not lost by close_when_done", "[with_send][defect29]") {
    with_send_test t(AF_UNIX, 4096);
    t.channel.send(much);
    t.channel.close_when_done();
    CHECK_FALSE(t.channel.send("late"));
    t.run_until("the end is read", [&] { return t.peer.ended(); });
    CHECK(t.peer.received() == much);
    t.peer.close();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
}

TEST_CASE("closing drops what is pending and a send afterwards is refused", "[with_send][plain]") {
    with_send_test t(AF_UNIX, 4096);
    t.peer.never_read();
    t.channel.send(much);
    t.iterate();
    t.channel.close();
    CHECK_FALSE(t.channel.send("late"));
    t.iterate();
    CHECK(t.channel.closes == 1);
    CHECK(t.channel.output_size() == 0);
    CHECK(t.loop.output_memory() == 0);
}

TEST_CASE("a send to a peer that is gone calls no handler inside itself",
          "[with_send][E33][defect17][plain]") {
    with_send_test t(AF_INET);
    t.channel.wants_read = false;
    t.peer.reset();
    t.fence();
    CHECK(t.channel.send("anybody there?"));
    CHECK(t.channel.closes == 0);
    CHECK(t.channel.is_open());
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.reason);
}

TEST_CASE("output past the hard limit closes a dispatcher_with_send", "[with_send][defect26]") {
    with_send_test t;
    reactor::output_limits limits;
    limits.hard_limit = 10;
    t.channel.set_output_limits(limits);
    CHECK(t.channel.send("0123456789"));
    CHECK_FALSE(t.channel.send("x"));
    CHECK_FALSE(t.channel.is_open());
    CHECK(t.channel.closes == 0);
    t.iterate();
    CHECK(t.channel.reason == reactor::errc::output_limit);
}

TEST_CASE("output past the hard limit is refused by that policy", "[with_send][defect26]") {
    with_send_test t;
    reactor::output_limits limits;
    limits.hard_limit = 10;
    limits.at_hard_limit = reactor::output_limits::policy::refuse;
    t.channel.set_output_limits(limits);
    CHECK(t.channel.send("0123456789"));
    CHECK_FALSE(t.channel.send("x"));
    t.run_until("the rest is there", [&] { return t.peer.received() == "0123456789"; });
    CHECK(t.channel.send("y"));
    t.run_until("the next is there", [&] { return t.peer.received() == "0123456789y"; });
}

TEST_CASE("a dispatcher_with_send that was never connected keeps what it is given and closes",
          "[with_send][plain]") {
    loop_fixture f;
    buffered channel(f.loop);
    CHECK_FALSE(channel.send("no socket"));
    channel.create_socket(AF_INET);
    CHECK(channel.send("no peer"));
    f.iterate(3);
    CHECK(channel.output_size() == 7);
    channel.close_when_done();
    f.run_until("the channel ends", [&] { return channel.closes == 1; });
    CHECK(channel.output_size() == 0);
}
