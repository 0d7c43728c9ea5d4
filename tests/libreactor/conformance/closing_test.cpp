// close and close_when_done: once, in order, and without cutting off our last bytes (E12).
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <reactor/error.hpp>

#include <unistd.h>

#include <string>
#include <utility>

using reactor::errc;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

struct closing_test : loop_fixture {
    explicit closing_test(int family = AF_INET, int buffer_bytes = 0)
        : pair(make_socket_pair(family, buffer_bytes)) {
        pump({&peer});
    }

    support::socket_pair pair;
    hooked::lines channel{loop, std::move(pair.ours)};
    scripted_peer peer{std::move(pair.theirs)};
};

} // namespace

TEST_CASE("close is followed by one handle_close from the loop", "[closing]") {
    closing_test t;
    const auto ref = t.channel.ref();
    const int fd = t.channel.fileno();
    CHECK(fd >= 0);
    t.channel.close(std::make_error_code(std::errc::timed_out));
    CHECK(t.channel.closes == 0);
    CHECK_FALSE(t.channel.is_open());
    CHECK_FALSE(t.channel.connected());
    CHECK(t.channel.fileno() == -1);
    CHECK(t.loop.find(ref) == nullptr);
    t.channel.close(std::make_error_code(std::errc::io_error)); // nothing happens
    t.loop.run_once();
    CHECK(t.channel.closes == 1);
    CHECK(t.channel.reason == std::errc::timed_out);
    t.channel.close();
    t.iterate(2);
    CHECK(t.channel.closes == 1);
    CHECK(t.counters().closes == 1);
}

TEST_CASE("a channel may be opened again in its handle_close", "[closing]") {
    closing_test t;
    auto next = make_socket_pair(AF_UNIX);
    scripted_peer next_peer(std::move(next.theirs));
    const auto former = t.channel.ref();
    t.channel.on_close = [&](std::error_code) {
        if (t.channel.closes == 1)
            t.channel.set_socket(std::move(next.ours));
    };
    t.channel.close();
    std::error_code ec;
    t.channel.create_socket(AF_INET, SOCK_STREAM, ec); // its handle_close is still to come
    CHECK(ec == errc::already_open);
    next_peer.send("hello\n");
    t.run_until("the line is there", [&] { return t.channel.got.size() == 1; });
    CHECK(t.channel.closes == 1);
    CHECK(t.loop.find(former) == nullptr);
    CHECK(t.loop.find(t.channel.ref()) == &t.channel);
}

TEST_CASE("an open channel takes no second descriptor", "[plain][closing]") {
    closing_test t;
    auto other = make_socket_pair(AF_UNIX);
    std::error_code ec;
    t.channel.set_socket(std::move(other.ours), ec);
    CHECK(ec == errc::already_open);
    scripted_peer peer(std::move(other.theirs));
    peer.pump();
    CHECK(peer.ended()); // what was given is closed
    CHECK(t.channel.is_open());
}

TEST_CASE("close_when_done sends everything and then ends cleanly", "[closing]") {
    const int family = GENERATE(AF_INET, AF_INET6, AF_UNIX);
    if (!support::family_available(family))
        SKIP("no IPv6 here");
    closing_test t(family);
    const std::string all(1 << 20, 'x');
    t.channel.push(all);
    t.channel.close_when_done();
    CHECK(t.channel.closing());
    CHECK(t.channel.is_open());
    t.run_until("the end is read", [&] { return t.peer.ended(); });
    CHECK(t.peer.received().size() == all.size());
    CHECK(t.channel.closes == 0); // our side has ended, the peer's has not
    t.peer.close();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK_FALSE(t.channel.reason);
    CHECK_FALSE(t.channel.closing());
    CHECK(t.channel.eofs == 0);
}

TEST_CASE("close_when_done of an idle channel starts by itself", "[closing]") {
    closing_test t;
    t.channel.close_when_done();
    t.channel.close_when_done();
    t.loop.run_once();
    t.run_until("the end is read", [&] { return t.peer.ended(); });
    t.peer.close();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
}

TEST_CASE("a client that floods while it is told goodbye reads the goodbye",
          "[closing][E12][defect29]") {
    const int family = GENERATE(AF_INET, AF_INET6, AF_UNIX);
    if (!support::family_available(family))
        SKIP("no IPv6 here");
    closing_test t(family);
    t.channel.pause_reading(); // so that it lies unread
    t.peer.send(std::string(40'000, 'f'));
    t.iterate(3);
    t.channel.push("goodbye");
    t.channel.close_when_done();
    t.peer.never_read();
    t.iterate(3);
    t.peer.send(std::string(20'000, 'f'));
    t.iterate(3);
    t.peer.read_again();
    t.run_until("the end is read", [&] { return t.peer.ended(); });
    CHECK(t.peer.received() == "goodbye");
    CHECK(t.peer.error() == 0);
    t.peer.close();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK_FALSE(t.channel.reason);
    CHECK(t.channel.got.empty());
}

TEST_CASE("a client that never stops is not listened to for ever", "[closing][E12]") {
    closing_test t;
    t.channel.push("goodbye");
    t.channel.close_when_done();
    t.run_until("the goodbye is read", [&] { return t.peer.received() == "goodbye"; });
    t.peer.send(std::string(1 << 20, 'f'));
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.reason == errc::linger_limit);
}

TEST_CASE("a reset after our end is an end like any other", "[closing][E12]") {
    closing_test t;
    t.channel.push("goodbye");
    t.channel.close_when_done();
    t.run_until("the end is read", [&] { return t.peer.ended(); });
    t.peer.reset();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK_FALSE(t.channel.reason);
}

TEST_CASE("close ends a lingering channel at once", "[closing]") {
    closing_test t;
    t.channel.close_when_done();
    t.iterate(3);
    t.channel.close();
    t.loop.run_once();
    CHECK(t.channel.closes == 1);
}

TEST_CASE("a plain dispatcher lingers as well", "[closing][E12]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_INET);
    hooked::dispatcher channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    channel.wants_read = false;
    channel.interest_changed();
    peer.send("unread");
    f.iterate(2);
    CHECK(channel.send("goodbye").n == 7);
    channel.close_when_done();
    f.run_until("the end is read", [&] { return peer.ended(); });
    CHECK(peer.received() == "goodbye");
    peer.close();
    f.run_until("the channel ends", [&] { return channel.closes == 1; });
    CHECK(channel.input.empty());
}

TEST_CASE("a detached descriptor lives on without a call", "[closing]") {
    closing_test t;
    t.channel.push("dropped");
    const auto fd = t.channel.detach();
    REQUIRE(fd);
    CHECK_FALSE(t.channel.is_open());
    t.iterate(2);
    CHECK(t.channel.closes == 0);
    hooked::lines heir(t.loop, reactor::unique_fd{::dup(fd.get())});
    heir.push("heir");
    t.run_until("the heir is heard", [&] { return !t.peer.received().empty(); });
    CHECK(t.peer.received() == "heir");
    CHECK_FALSE(t.channel.detach());
}
