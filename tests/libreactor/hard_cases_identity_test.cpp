// Who is who when slots and descriptors are used again, over the simulated world.
#include "support/sim_stage.hpp"

#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

using namespace sim_test;

TEST_CASE("a channel made in a handler in place of a destroyed one is served", "[loop][E1][E39]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    auto [next_fd, next_other] = s.w.connect_pair();
    std::unique_ptr<raw> first = std::make_unique<raw>(s.loop, fd);
    std::unique_ptr<raw> second;
    first->on_read = [&, number = next_fd](raw&) {
        first.reset();
        second = std::make_unique<raw>(s.loop, number);
    };
    s.turn();
    other.send("x");
    s.turn();
    next_other.send("hello");
    s.turn(2);
    REQUIRE(second);
    CHECK(second->seen->input == "hello");
    s.no_findings();
}

TEST_CASE("a channel that detaches and takes its descriptor back in a handler is served",
          "[loop][E1]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    raw channel(s.loop, fd);
    channel.on_read = [](raw& me) {
        me.take();
        me.set_socket(me.detach());
    };
    s.turn();
    other.send("x");
    s.turn();
    other.send("y");
    s.turn();
    CHECK(channel.seen->input == "xy");
    s.no_findings();
}

TEST_CASE("a channel that was never connected closes when done", "[async_chat]") {
    stage s;
    chat channel(s.loop);
    channel.create_socket(AF_INET);
    channel.push("lost\n");
    channel.close_when_done();
    s.turn(2);
    CHECK(channel.seen->closes == 1);
    CHECK(s.loop.size() == 0);
}

TEST_CASE("the set is made anew at the descriptor limit too", "[loop][E2]") {
    stage s;
    if (!s.uses_epoll())
        SKIP("poll asks the kernel anew each time");
    auto [fd, other] = s.w.connect_pair();
    auto [living_fd, living_other] = s.w.connect_pair();
    std::optional<chat> dead(std::in_place, s.loop, fd);
    chat living(s.loop, living_fd);
    s.turn();
    s.w.keep_alive_elsewhere(fd);
    s.w.faults().fail(call::epoll_ctl, EIO, {.fd = fd}); // the set keeps it
    dead.reset();
    CHECK(s.w.duplicate(living_fd) == fd);
    s.w.set_descriptor_limit(living_fd + 1);
    other.send("x\n");
    s.w.reset_counts();
    CHECK_NOTHROW(s.pass(200ms));
    CHECK(s.waits() < 5);
    CHECK(s.loop.counters().set_rebuilds == 1);
    living_other.send("y\n");
    s.turn();
    CHECK(living.seen->lines.size() == 1);
}

TEST_CASE("a timer that gets another one's place is cancelled first", "[timer]") {
    stage s;
    int first = 0;
    int second = 0;
    reactor::timer a(s.loop, [&] { ++first; });
    reactor::timer b(s.loop, [&] { ++second; });
    a.start(1ms);
    b.start(1ms);
    a = std::move(b);
    CHECK(a.pending());
    s.pass(5ms);
    CHECK(first == 0);
    CHECK(second == 1);
}
