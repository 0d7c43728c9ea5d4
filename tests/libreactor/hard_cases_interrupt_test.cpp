// Calls cut short by signals and a full wake-up descriptor, over the simulated world.
#include "support/sim_stage.hpp"

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

using namespace sim_test;

namespace {

/// Fills the loop's wake-up descriptor; the others refuse.
void fill_wake_of(stage& s) {
    for (const int fd : s.w.open_descriptors()) {
        try {
            s.w.fill_wake(fd);
        } catch (const std::system_error&) { // not a wake-up descriptor
        }
    }
}

struct line {
    explicit line(stage& s) : line(s.w.connect_pair(), s) {}
    line(connected_pair pair, stage& s) : other(std::move(pair.other)), channel(s.loop, pair.fd) {
        s.turn();
    }

    peer other;
    chat channel;
};

} // namespace

TEST_CASE("an interrupted wait is an empty one", "[loop][E43]") {
    stage s;
    line l(s);
    s.w.faults().fail(s.wait_call(), EINTR, {.times = 3});
    l.other.send("hello\n");
    CHECK_NOTHROW(s.loop.run({}, 4));
    CHECK(l.channel.seen->lines.size() == 1);
    CHECK(s.w.faults().standing() == 0);
}

TEST_CASE("an interrupted receive is repeated", "[loop][E43]") {
    stage s;
    line l(s);
    s.w.faults().fail(call::recv, EINTR, {.times = 3});
    l.other.send("hello\n");
    s.turn();
    CHECK(l.channel.seen->lines.size() == 1);
    CHECK(s.w.count(call::recv) == 4);
}

TEST_CASE("an interrupted send is repeated", "[loop][E43]") {
    stage s;
    line l(s);
    s.w.faults().fail(call::send, EINTR, {.times = 3});
    SECTION("of an async_chat") { l.channel.push("hello\n"); }
    SECTION("of a follower") {
        reactor::broadcast stream(s.loop);
        reactor::subscription place(l.channel);
        place.join(stream);
        stream.publish("hello\n");
        s.turn();
    }
    SECTION("unbuffered") { CHECK(l.channel.send("hello\n").n == 6); }
    s.turn();
    CHECK(l.other.received() == "hello\n");
    CHECK(s.w.count(call::send) == 4);
}

TEST_CASE("an interrupted gathering send is repeated", "[broadcast][E43]") {
    stage s;
    line l(s);
    reactor::broadcast stream(s.loop);
    reactor::subscription place(l.channel);
    place.join(stream);
    s.w.faults().fail(call::sendmsg, EINTR, {.times = 3});
    l.channel.push("one\n");
    stream.publish("two\n");
    s.turn();
    CHECK(l.other.received() == "one\ntwo\n");
    CHECK(s.w.count(call::sendmsg) == 4);
}

TEST_CASE("an interrupted connect goes on", "[connect][E43]") {
    stage s;
    auto door = s.w.listen(reactor::endpoint::loopback_v4(7000));
    s.w.faults().fail(call::connect, EINTR, {.performed = true});
    chat channel(s.loop);
    channel.create_socket(AF_INET);
    channel.connect(door.address());
    s.turn(2);
    CHECK(channel.seen->connects == 1);
    CHECK(s.w.count(call::connect) == 1);
}

TEST_CASE("an interrupted close is not repeated", "[loop][E43]") {
    stage s;
    line l(s);
    const int fd = l.channel.fileno();
    s.w.faults().fail(call::close, EINTR, {.fd = fd, .performed = true});
    SECTION("of a channel") { l.channel.close(); }
    SECTION("of an owned descriptor") { l.channel.detach().reset(); }
    s.turn();
    CHECK(s.w.count(call::close, fd) == 1);
    CHECK_FALSE(s.w.is_open(fd));
}

TEST_CASE("an interrupted receive while lingering goes on", "[loop][E12][E43]") {
    stage s;
    line l(s);
    l.channel.close_when_done();
    s.turn();
    s.w.faults().fail(call::recv, EINTR, {.times = 3});
    l.other.send("x");
    s.turn(5);
    CHECK(l.channel.seen->closes == 0);
    l.other.close();
    s.turn(2);
    CHECK(l.channel.seen->closes == 1);
    CHECK_FALSE(l.channel.seen->reason);
}

TEST_CASE("an interrupted wake-up is repeated", "[post][E43]") {
    stage s;
    line l(s);
    bool ran = false;
    s.w.faults().fail(call::wake_signal, EINTR, {.times = 2});
    s.w.faults().fail(call::wake_drain, EINTR, {.times = 2});
    s.w.after(10ms, [&] { s.loop.post([&ran] { ran = true; }); });
    s.w.reset_counts();
    s.loop.run_once({});
    CHECK(ran);
    CHECK(s.w.count(call::wake_signal) == 3);
    CHECK(s.w.count(call::wake_drain) == (s.uses_kqueue() ? 0 : 3)); // its filter clears itself
    s.w.reset_counts();
    s.pass(50ms);
    CHECK(s.waits() < 5);
}

TEST_CASE("a full wake-up descriptor wakes all the same", "[post][E45]") {
    stage s;
    line l(s);
    bool ran = false;
    s.w.after(10ms, [&] {
        fill_wake_of(s);
        s.loop.post([&ran] { ran = true; });
    });
    s.loop.run_once({});
    CHECK(ran);
    CHECK(s.w.elapsed() == 10ms);
    s.w.reset_counts();
    s.pass(50ms);
    CHECK(s.waits() < 5);
    s.w.after(10ms, [&] { s.loop.stop(); });
    s.loop.run();
    CHECK(s.w.elapsed() == 70ms);
}
