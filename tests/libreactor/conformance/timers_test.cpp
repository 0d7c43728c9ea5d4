// Timers and channel deadlines on the real clock: what happens, never how fast.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <reactor/timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using reactor::timer;
using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

TEST_CASE("a timer runs once and not before its time", "[timers][defect22]") {
    loop_fixture f;
    int runs = 0;
    std::chrono::nanoseconds at{};
    timer one(f.loop, [&] {
        ++runs;
        at = f.loop.now();
    });
    f.iterate();
    const auto start = f.loop.now();
    one.start(5ms);
    CHECK(one.pending());
    f.run_until("it runs", [&] { return runs == 1; });
    CHECK(at - start >= 5ms);
    CHECK_FALSE(one.pending());
    timer later(f.loop, [&] { f.note("later"); });
    later.start(5ms);
    f.run_until("a later one runs", [&] { return !f.journal.empty(); });
    CHECK(runs == 1);
    CHECK(f.counters().timers == 2);
}

TEST_CASE("timers run in the order of their times and equal ones in that of their start",
          "[timers]") {
    loop_fixture f;
    timer c(f.loop, [&] { f.note("c"); });
    timer a(f.loop, [&] { f.note("a"); });
    timer b(f.loop, [&] { f.note("b"); });
    c.start(2ms);
    a.start(1ms);
    b.start(1ms);
    std::this_thread::sleep_for(3ms); // all due at once
    f.iterate();
    CHECK(f.journal == strings{"a", "b", "c"});
}

TEST_CASE("a restarted timer runs once at its new time", "[timers]") {
    loop_fixture f;
    int runs = 0;
    timer one(f.loop, [&] { ++runs; });
    one.start(0ns);
    one.start(1h);
    f.iterate(3);
    CHECK(runs == 0);
    one.start(-5s); // counts as 0
    f.iterate();
    CHECK(runs == 1);
}

TEST_CASE("a timer that a timer starts waits for the next iteration", "[timers]") {
    loop_fixture f;
    int runs = 0;
    timer second(f.loop, [&] { ++runs; });
    timer first(f.loop, [&] {
        ++runs;
        second.start(0ns);
    });
    timer again(f.loop, [&] { again.start(0ns); }); // never starves the others
    first.start(0ns);
    again.start(0ns);
    f.loop.run_once();
    CHECK(runs == 1);
    f.loop.run_once();
    CHECK(runs == 2);
    CHECK(f.counters().timers == 4);
}

TEST_CASE("a repeating timer skips what it missed", "[timers]") {
    loop_fixture f;
    int runs = 0;
    f.iterate();
    const auto start = f.loop.now();
    timer tick(f.loop, [&] { ++runs; });
    tick.start_every(2ms);
    std::this_thread::sleep_for(11ms); // five periods
    f.iterate();
    CHECK(runs == 1);
    CHECK(tick.pending());
    std::chrono::nanoseconds second{};
    f.run_until("the next one runs", [&] {
        second = f.loop.now();
        return runs == 2;
    });
    CHECK(second - start >= 12ms); // on the old grid
    tick.cancel();
    CHECK_FALSE(f.loop.has_work());
}

TEST_CASE("a period of nothing is refused", "[timers]") {
    loop_fixture f;
    timer one(f.loop, [] {});
    CHECK_THROWS_AS(one.start_every(0ns), std::invalid_argument);
    CHECK_THROWS_AS(one.start_every(-1s), std::invalid_argument);
    CHECK_FALSE(one.pending());
}

TEST_CASE("a timer may be destroyed in its own function", "[timers][E39]") {
    loop_fixture f;
    int runs = 0;
    std::optional<timer> one;
    const auto witness = std::make_shared<int>(7);
    one.emplace(f.loop, [&, witness] {
        one.reset();
        runs += *witness; // what the function holds is still there
    });
    one->start_every(1ms);
    f.run_until("it runs", [&] { return runs == 7; });
    f.iterate(3);
    CHECK(runs == 7);
    CHECK(witness.use_count() == 1);
    CHECK_FALSE(f.loop.has_work());
}

TEST_CASE("a timer destroyed or cancelled by one due at the same time does not run",
          "[timers][E39]") {
    loop_fixture f;
    std::optional<timer> destroyed;
    destroyed.emplace(f.loop, [&] { f.note("destroyed"); });
    timer cancelled(f.loop, [&] { f.note("cancelled"); });
    timer put_off(f.loop, [&] { f.note("put off"); });
    timer first(f.loop, [&] {
        f.note("first");
        destroyed.reset();
        cancelled.cancel();
        put_off.start(1h);
    });
    first.start(0ns);
    destroyed->start(0ns);
    cancelled.start(0ns);
    put_off.start(0ns);
    f.iterate(3);
    CHECK(f.journal == strings{"first"});
    CHECK(put_off.pending());
}

TEST_CASE("a moved timer goes on", "[timers]") {
    loop_fixture f;
    int runs = 0;
    timer one(f.loop, [&] { ++runs; });
    one.start(0ns);
    std::vector<timer> moved;
    moved.push_back(std::move(one));
    CHECK(moved.front().pending());
    f.iterate();
    CHECK(runs == 1);
    timer other(f.loop, [&] { runs += 10; });
    other.start(0ns);
    moved.front() = std::move(other);
    f.iterate();
    CHECK(runs == 11);
}

TEST_CASE("a timer that outlives its loop is inactive", "[timers]") {
    std::optional<reactor::loop> loop(std::in_place);
    timer one(*loop, [] {});
    one.start(1h);
    loop.reset();
    one.cancel();
    one.start(1h);
    CHECK_NOTHROW(one.cancel());
}

TEST_CASE("a channel deadline comes once and counts from its last setting", "[timers][defect22]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::lines channel(f.loop, std::move(pair.ours));
    std::vector<std::chrono::nanoseconds> at;
    channel.on_timeout = [&] { at.push_back(f.loop.now()); };
    channel.set_deadline(1h);
    f.iterate();
    const auto start = f.loop.now();
    channel.set_deadline(8ms);
    f.run_until("it comes", [&] { return !at.empty(); });
    CHECK(at.front() - start >= 8ms);
    CHECK(channel.is_open());
    CHECK(f.counters().timeouts == 1);
    channel.set_deadline(1ms);
    channel.clear_deadline();
    auto other = make_socket_pair(AF_UNIX);
    hooked::lines fence(f.loop, std::move(other.ours));
    fence.set_deadline(3ms);
    f.run_until("a later one ends its channel", [&] { return fence.closes == 1; });
    CHECK(fence.reason == std::errc::timed_out);
    CHECK(at.size() == 1);
}

TEST_CASE("a deadline set again in handle_timeout waits for the next iteration", "[timers]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::lines channel(f.loop, std::move(pair.ours));
    int timeouts = 0;
    channel.on_timeout = [&] {
        ++timeouts;
        channel.set_deadline(0ns);
    };
    channel.set_deadline(0ns);
    f.iterate();
    CHECK(timeouts == 1);
    f.iterate(3);
    CHECK(timeouts == 4);
    channel.close(); // and with it the deadline
    f.iterate(3);
    CHECK(timeouts == 4);
}
