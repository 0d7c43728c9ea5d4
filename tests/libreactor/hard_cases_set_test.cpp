// The kernel's set of descriptors when it is out of step with the loop, over the simulated world.
#include "support/sim_stage.hpp"
#include "system.hpp"

#include <sys/epoll.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace sim_test;

namespace {

/// Where the last such call stands in the world's trace.
std::size_t last_call(const stage& s, const std::string& name, int fd, const std::string& rest) {
    return s.w.trace().rfind("  " + name + '(' + std::to_string(fd) + ", " + rest);
}

std::size_t last_removal(const stage& s, int fd) {
    if (s.uses_epoll())
        return last_call(s, "epoll_ctl", fd, std::to_string(EPOLL_CTL_DEL) + ')');
    constexpr int taken_out =
        reactor::system::kqueue_flag::remove | reactor::system::kqueue_flag::receipt;
    return last_call(s, "kevent_change", fd, std::to_string(taken_out) + ')');
}

} // namespace

TEST_CASE("a descriptor leaves the set before it is closed", "[loop][E2]") {
    stage s;
    if (!s.uses_epoll() && !s.uses_kqueue())
        SKIP("poll has no set in the kernel");
    auto [fd, other] = s.w.connect_pair();
    std::optional<chat> channel(std::in_place, s.loop, fd);
    s.turn(2); // the second wait tells a kqueue of it
    s.w.reset_counts();
    SECTION("by close") { channel->close(); }
    SECTION("by its destruction") { channel.reset(); }
    SECTION("by its peer's end") { other.close(); }
    SECTION("by its peer's reset") { other.reset(); }
    s.turn();
    const auto removed = last_removal(s, fd);
    const auto closed = last_call(s, "close", fd, "0)");
    REQUIRE(removed != std::string::npos);
    REQUIRE(closed != std::string::npos);
    CHECK(removed < closed);
    CHECK(s.changes() == s.if_epoll(1));
    CHECK(s.w.count(call::close, fd) == 1);
}

TEST_CASE("a descriptor that a child keeps open wakes nobody after its close", "[loop][E2]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    s.w.keep_alive_elsewhere(fd);
    channel.close();
    other.send("for the child\n");
    s.w.reset_counts();
    s.pass(200ms);
    CHECK(s.waits() < 5);
    CHECK(s.loop.counters().dead_events == 0);
    CHECK(channel.seen->lines.empty());
}

TEST_CASE("events of a dead registration are counted and end with a new set", "[loop][E2]") {
    stage s;
    if (!s.uses_epoll())
        SKIP("only epoll has a set that outlives a close");
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    s.w.keep_alive_elsewhere(fd);
    s.w.faults().fail(call::epoll_ctl, EIO, {.fd = fd}); // it stays registered
    channel.close();
    s.turn();
    other.send("x\n");
    s.w.set_wait_limit(1000);
    s.w.reset_counts();
    s.pass(200ms);
    CHECK(s.waits() < 5);
    CHECK(s.loop.counters().dead_events == 2);
    CHECK(s.loop.counters().set_rebuilds == 1);
    CHECK(channel.seen->lines.empty());
}

TEST_CASE("an event for a channel closed in the same batch is dropped and is no alarm",
          "[loop][E1][E2]") {
    stage s(reactor::loop_options{}, GENERATE(range(1U, 6U)));
    s.w.shuffle_events(true);
    auto [first_fd, first_other] = s.w.connect_pair();
    auto [second_fd, second_other] = s.w.connect_pair();
    raw first(s.loop, first_fd);
    raw second(s.loop, second_fd);
    first.on_read = [&second](raw& me) { me.take(), second.close(); };
    second.on_read = [&first](raw& me) { me.take(), first.close(); };
    s.turn();
    first_other.send("x");
    second_other.send("x");
    s.turn(3);
    CHECK(first.seen->reads + second.seen->reads == 1);
    CHECK(first.seen->closes + second.seen->closes == 1);
    CHECK(s.loop.counters().dead_events == 1);
    CHECK(s.loop.counters().set_rebuilds == 0);
}

TEST_CASE("many dead events in one batch are no alarm either", "[loop][E2]") {
    stage s;
    std::vector<peer> others;
    std::vector<std::unique_ptr<raw>> channels;
    for (int i = 0; i < 5; ++i) {
        auto pair = s.w.connect_pair();
        others.push_back(std::move(pair.other));
        channels.push_back(std::make_unique<raw>(s.loop, pair.fd));
    }
    channels.front()->on_read = [&s](raw&) { s.loop.close_all(); };
    s.turn();
    for (auto& other : others)
        other.send("x");
    s.turn(2);
    CHECK(s.loop.counters().dead_events == 4);
    CHECK(s.loop.counters().set_rebuilds == 0);
}

TEST_CASE("a channel gets no event of its descriptor's former owner", "[loop][E1]") {
    const bool same_slot = GENERATE(false, true);
    stage s;
    auto [first_fd, first_other] = s.w.connect_pair();
    auto [second_fd, second_other] = s.w.connect_pair();
    raw first(s.loop, first_fd);
    auto second = std::make_unique<raw>(s.loop, second_fd);
    const auto seen = second->seen;
    std::unique_ptr<raw> heir;
    connected_pair next;
    first.on_read = [&](raw& me) {
        me.take();
        if (same_slot)
            second.reset();
        else
            second->close();
        next = s.w.connect_pair();
        heir = std::make_unique<raw>(s.loop, next.fd);
    };
    s.turn();
    first_other.send("x");
    second_other.send("x");
    s.turn(2);
    REQUIRE(heir);
    CHECK(next.fd == second_fd);
    CHECK(heir->seen->reads == 0);
    next.other.send("hello");
    s.turn();
    CHECK(heir->seen->input == "hello");
    CHECK(seen->reads == 0);
}

TEST_CASE("channels are watched rightly when others have left", "[loop]") {
    stage s;
    std::vector<peer> others;
    std::vector<std::unique_ptr<raw>> channels;
    for (int i = 0; i < 6; ++i) {
        auto pair = s.w.connect_pair();
        others.push_back(std::move(pair.other));
        channels.push_back(std::make_unique<raw>(s.loop, pair.fd));
    }
    s.turn();
    for (const std::size_t gone : {0U, 2U, 3U})
        channels[gone]->close();
    for (const std::size_t left : {5U, 1U, 4U}) {
        channels[left]->want_write(true);
        others[left].send("x");
        s.turn(2);
        CHECK(channels[left]->seen->input == "x");
        CHECK(channels[left]->seen->writes > 0);
        channels[left]->close();
    }
    s.turn();
    CHECK(s.loop.size() == 0);
}

TEST_CASE("a descriptor that the set knows already is modified", "[loop][E3]") {
    stage s;
    if (!s.uses_epoll())
        SKIP("only epoll answers at once");
    auto [fd, other] = s.w.connect_pair();
    raw channel(s.loop, fd);
    s.w.faults().fail(call::epoll_ctl, EEXIST, {.fd = fd, .performed = true});
    s.turn();
    CHECK(s.w.count(call::epoll_ctl, fd) == 2);
    other.send("x");
    s.turn();
    CHECK(channel.seen->input == "x");
    CHECK(channel.is_open());
}

TEST_CASE("a descriptor that the set has lost is added again", "[loop][E3]") {
    stage s;
    if (!s.uses_epoll())
        SKIP("only epoll answers at once");
    auto [fd, other] = s.w.connect_pair();
    raw channel(s.loop, fd);
    s.turn();
    s.w.forget_watch(fd);
    channel.want_write(true);
    s.turn(2);
    CHECK(s.w.count(call::epoll_ctl, fd) == 3); // added, not modified, added
    CHECK(channel.seen->writes > 0);
    other.send("x");
    s.turn();
    CHECK(channel.seen->input == "x");
}

TEST_CASE("a descriptor that the set refuses closes its channel with the error", "[loop][E3]") {
    stage s;
    if (!s.uses_epoll())
        SKIP("only epoll answers at once");
    auto [fd, other] = s.w.connect_pair();
    raw channel(s.loop, fd);
    int error = 0;
    std::size_t tries = 2;
    SECTION("when it is neither new nor known") { error = EEXIST; }
    SECTION("when there is no room for it") {
        error = ENOSPC;
        tries = 1;
    }
    SECTION("when it is lost and cannot come back") {
        s.turn();
        channel.want_write(true);
        error = ENOENT;
    }
    s.w.faults().fail(call::epoll_ctl, error, {.times = tries, .fd = fd});
    s.turn(2);
    CHECK(s.w.faults().standing() == 0);
    CHECK(channel.seen->closes == 1);
    CHECK(channel.seen->reason == system_code(error));
    CHECK_FALSE(s.w.is_open(fd));
    CHECK(other.ended());
}

TEST_CASE("an error of a receive leaves nothing registered", "[loop][E42]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    s.w.keep_alive_elsewhere(fd);
    s.w.faults().fail(call::recv, EIO, {.fd = fd});
    other.send("x\n");
    s.turn();
    CHECK(channel.seen->closes == 1);
    CHECK(channel.seen->reason == system_code(EIO));
    CHECK_FALSE(s.w.is_open(fd));
    CHECK(s.loop.size() == 0);
    s.w.reset_counts();
    s.pass(200ms);
    CHECK(s.waits() < 5);
    CHECK(s.loop.counters().dead_events == 0);
}

TEST_CASE("a channel that wants to write because of its input is asked after its event",
          "[dispatcher]") {
    stage s;
    auto pair = s.w.connect_pair();
    raw channel(s.loop, pair.fd);
    s.turn();
    channel.on_read = [](raw& self) {
        self.take();
        self.want_write(true);
    };
    channel.on_write = [](raw& self) {
        self.want_write(false);
        self.send("answer");
    };
    for (int i = 1; i <= 2; ++i) { // and its write interest goes again
        pair.other.send("question");
        s.turn(3);
        CHECK(channel.seen->reads == i);
        CHECK(channel.seen->writes == i);
    }
    CHECK(pair.other.received() == "answeranswer");
    s.no_findings();
}
