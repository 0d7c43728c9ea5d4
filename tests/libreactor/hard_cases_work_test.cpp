// What keeps a loop running, what stops it, and descriptors that leave it; over the simulated
// world.
#include "support/sim_stage.hpp"

#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

using namespace sim_test;

TEST_CASE("a loop without work does not wait", "[loop][work]") {
    stage s;
    CHECK_FALSE(s.loop.has_work());
    s.loop.run();
    CHECK(s.waits() == 0);
}

TEST_CASE("a loop runs until its last channel has closed", "[loop][work]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    const bool idle = GENERATE(false, true);
    if (idle)
        channel.pause_reading();
    CHECK(s.loop.has_work());
    s.w.after(10ms, [&to = other] { to.close(); });
    s.w.after(20ms, [&channel] { channel.resume_reading(); });
    s.w.after(30ms, [&s] { s.w.interrupt_wait(); });
    s.loop.run();
    CHECK(channel.seen->closes == 1);
    CHECK(s.w.elapsed() == (idle ? 30ms : 10ms));
    CHECK_FALSE(s.loop.has_work());
}

TEST_CASE("each kind of work keeps a loop running until it is done", "[loop][work]") {
    stage s;
    int runs = 0;
    reactor::timer timer(s.loop, [&runs] { ++runs; });
    reactor::timer background(
        s.loop, [&runs] { runs += 100; }, reactor::timer::weight::background);
    background.start(1h);
    CHECK_FALSE(s.loop.has_work());
    SECTION("a timer") {
        timer.start(10ms);
        s.loop.run();
        CHECK(s.w.elapsed() == 10ms);
        CHECK(runs == 1);
    }
    SECTION("a cancelled timer is none") {
        timer.start(10ms);
        timer.cancel();
        s.loop.run();
        CHECK(s.w.elapsed() == 0ns);
    }
    SECTION("a posted function") {
        s.loop.post([&] { s.loop.post([&runs] { ++runs; }); });
        s.loop.run();
        CHECK(runs == 1);
        CHECK(s.waits() == 2);
    }
    SECTION("a guard") {
        auto guard = std::make_unique<reactor::work_guard>(s.loop);
        s.w.after(10ms, [&] { s.loop.post([&guard] { guard.reset(); }); });
        s.loop.run();
        CHECK(s.w.elapsed() == 10ms);
    }
    SECTION("a handle_close that is owed") {
        auto [fd, other] = s.w.connect_pair();
        chat channel(s.loop, fd);
        channel.close();
        CHECK(s.loop.size() == 0);
        s.loop.run();
        CHECK(channel.seen->closes == 1);
    }
    CHECK_FALSE(s.loop.has_work());
}

TEST_CASE("a stop before run makes it one iteration that does not wait", "[loop][E50]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    channel.push("hello\n");
    s.loop.stop();
    s.loop.run();
    CHECK(s.waits() == 1);
    CHECK(s.w.elapsed() == 0ns);
    CHECK(other.received() == "hello\n");
    s.w.after(10ms, [&s] { s.loop.stop(); });
    s.loop.run(); // the first stop is gone: this one waits
    CHECK(s.w.elapsed() == 10ms);
}

TEST_CASE("a stop of a loop without work is one iteration too", "[loop][E50]") {
    stage s;
    s.loop.stop();
    s.loop.run();
    CHECK(s.waits() == 1);
    s.loop.run();
    CHECK(s.waits() == 1);
}

TEST_CASE("a stop in a handler lets the iteration finish", "[loop][E50]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    auto [second_fd, second_other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    chat second(s.loop, second_fd);
    channel.on_line = [&s](chat& me, const std::string&) {
        me.push("last words\n");
        s.loop.stop();
    };
    s.turn();
    other.send("x\n");
    second_other.send("y\n");
    s.loop.run();
    CHECK(other.received() == "last words\n");
    CHECK(second.seen->lines.size() == 1);
}

TEST_CASE("run makes no more iterations than asked for and caps each wait", "[loop][work]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    s.w.reset_counts();
    s.loop.run(10ms, 3);
    CHECK(s.waits() == 3);
    CHECK(s.w.elapsed() == 30ms);
    s.loop.run(10ms, 0);
    CHECK(s.waits() == 3);
}

TEST_CASE("a detached descriptor is open and out of the set and out of the count",
          "[loop][detach]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    channel.set_deadline(10ms);
    s.turn();
    channel.push("dropped\n");
    auto taken = channel.detach();
    CHECK(taken.get() == fd);
    CHECK(s.w.is_open(fd));
    CHECK_FALSE(channel.is_open());
    CHECK(s.loop.size() == 0);
    CHECK_FALSE(channel.push("refused\n"));
    other.send("for the next owner\n");
    s.w.reset_counts();
    s.pass(200ms);
    CHECK(s.waits() < 5);
    CHECK(s.loop.counters().dead_events == 0);
    CHECK(other.received().empty());
    CHECK(channel.seen->timeouts == 0);
    chat next(s.loop, taken.release());
    s.turn(2);
    CHECK(next.seen->lines == std::vector<std::string>{"for the next owner"});
    CHECK(channel.seen->closes == 0);
}

TEST_CASE("a channel moves to another loop by its descriptor", "[loop][detach]") {
    stage s;
    reactor::loop second_loop;
    auto [fd, other] = s.w.connect_pair();
    auto& first = s.loop.spawn<chat>(fd);
    const auto seen = first.seen;
    std::unique_ptr<chat> second;
    first.on_line = [&](chat& me, const std::string&) {
        second = std::make_unique<chat>(second_loop, me.detach().release());
    };
    s.turn();
    other.send("one\n");
    s.turn();
    CHECK(s.loop.counters().destroyed == 1);
    CHECK(seen.use_count() == 1);
    REQUIRE(second);
    other.send("two\n");
    s.turn(2);
    second_loop.run_once();
    second_loop.run_once();
    CHECK(second->seen->lines == std::vector<std::string>{"two"});
    CHECK(seen->closes == 0);
}
