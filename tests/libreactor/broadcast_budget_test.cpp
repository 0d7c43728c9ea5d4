// What one flush of a broadcast may spend, and who comes next, over the simulated world.
#include "support/sim_stage.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

using namespace sim_test;

TEST_CASE("a flush that its budget ends goes on with those it left out", "[broadcast][E37]") {
    reactor::loop_options options;
    options.flush_sends = 10;
    stage s(options);
    reactor::broadcast stream(s.loop);
    std::vector<std::unique_ptr<following>> members;
    for (int i = 0; i < 25; ++i)
        members.push_back(std::make_unique<following>(s, stream));
    s.turn();
    s.w.reset_counts();
    stream.publish("x");
    std::vector<std::uint64_t> sends;
    for (int i = 0; i < 4; ++i) {
        s.loop.run_once(1s);
        sends.push_back(s.sends());
    }
    CHECK(sends == std::vector<std::uint64_t>{10, 20, 25, 25});
    CHECK(s.w.elapsed() == 1s); // the waits before the end were no waits
    CHECK(s.loop.counters().flushes_cut_short == 2);
    for (const auto& m : members)
        CHECK(m->other.segments().size() == 1);
}

TEST_CASE("a flush ends in time and the sooner the more its sends carry", "[broadcast][E35]") {
    reactor::loop_options options;
    options.flush_time = 2ms;
    stage s(options);
    reactor::broadcast stream(s.loop, 256 * 1024);
    std::vector<std::unique_ptr<following>> members;
    for (int i = 0; i < 100; ++i)
        members.push_back(std::make_unique<following>(s, stream));
    s.turn();
    const auto sends_of_one_flush = [&](std::size_t bytes) {
        stream.publish(std::string(bytes, 'x'));
        s.w.reset_counts();
        s.turn();
        const auto sends = s.sends();
        s.turn(100); // the others'
        for (const auto& m : members)
            m->other.take();
        return sends;
    };
    s.w.set_cost(call::send, 1ms);
    CHECK(sends_of_one_flush(10) == 16); // the clock is not read for each
    CHECK(sends_of_one_flush(20'000) <= 4);
    CHECK(sends_of_one_flush(100'000) == 2);
}

TEST_CASE("no follower is passed over while others are published to", "[broadcast][E37][E35]") {
    reactor::loop_options options;
    options.flush_sends = 7;
    stage s(options);
    reactor::broadcast stream(s.loop);
    std::vector<std::unique_ptr<following>> members;
    for (int i = 0; i < 30; ++i)
        members.push_back(std::make_unique<following>(s, stream));
    s.turn();
    for (int i = 0; i < 60; ++i) {
        stream.publish("x");
        s.turn();
    }
    // Round and round: 60 iterations of 7 sends are 14 rounds.
    for (const auto& m : members) {
        CHECK(m->other.segments().size() >= 13);
        CHECK(m->other.segments().size() <= 15);
    }
    s.turn(10);
    for (const auto& m : members)
        CHECK(m->other.received() == std::string(60, 'x'));
}

TEST_CASE("who joins while a flush is cut short makes nobody wait", "[broadcast][E37]") {
    reactor::loop_options options;
    options.flush_sends = 4;
    stage s(options);
    reactor::broadcast stream(s.loop);
    std::vector<std::unique_ptr<following>> members;
    for (int i = 0; i < 10; ++i)
        members.push_back(std::make_unique<following>(s, stream));
    stream.publish("x");
    s.turn();
    stream.publish("x"); // a new round, from the fifth on
    members.push_back(std::make_unique<following>(s, stream));
    s.turn(5);
    for (int i = 0; i < 10; ++i)
        CHECK(members[static_cast<std::size_t>(i)]->other.received() == "xx");
    CHECK(members.back()->other.received().empty());
}

TEST_CASE("two broadcasts share a small flush budget", "[broadcast][E35]") {
    reactor::loop_options options;
    options.flush_sends = 4;
    stage s(options);
    reactor::broadcast first(s.loop);
    reactor::broadcast second(s.loop);
    std::vector<std::unique_ptr<following>> members;
    for (int i = 0; i < 10; ++i)
        members.push_back(std::make_unique<following>(s, i % 2 == 0 ? first : second));
    s.turn();
    for (int i = 0; i < 40; ++i) {
        first.publish("x");
        second.publish("y");
        s.turn();
    }
    for (const auto& m : members)
        CHECK(m->other.segments().size() >= 8);
    s.turn(10);
    for (const auto& m : members)
        CHECK(m->other.received().size() == 40);
}

TEST_CASE("private output and broadcasts do not keep each other waiting", "[broadcast][E35]") {
    reactor::loop_options options;
    options.flush_sends = 4;
    stage s(options);
    reactor::broadcast stream(s.loop);
    std::vector<std::unique_ptr<following>> members;
    std::vector<std::unique_ptr<following>> others;
    for (int i = 0; i < 10; ++i) {
        members.push_back(std::make_unique<following>(s, stream));
        others.push_back(std::make_unique<following>(s));
    }
    for (int i = 0; i < 40; ++i) {
        stream.publish("x");
        for (const auto& o : others)
            o->channel.push("y");
        s.turn();
    }
    for (const auto& m : members)
        CHECK(m->other.segments().size() >= 6);
    for (const auto& o : others)
        CHECK(o->other.segments().size() >= 6);
}

TEST_CASE("a stream to which something is said in every round keeps no more than a round's lines",
          "[broadcast][E35]") {
    stage s({.flush_sends = 7, .max_output_bytes = 20'000});
    reactor::broadcast stream(s.loop, 1024);
    std::vector<std::unique_ptr<following>> members;
    for (int i = 0; i < 30; ++i)
        members.push_back(std::make_unique<following>(s, stream));
    std::size_t most = 0;
    for (int i = 0; i < 1000; ++i) { // a round takes five iterations
        stream.publish(std::string(100, 'x'));
        s.turn();
        most = std::max(most, stream.memory());
    }
    CHECK(most <= 4 * 1024);
    s.turn(10);
    for (const auto& m : members) {
        CHECK(m->channel.seen->closes == 0); // for the memory that nobody needs, for example
        CHECK(m->other.received() == std::string(100'000, 'x'));
    }
}

TEST_CASE("a slice that a round's end copies elsewhere is gathered anew", "[broadcast][E35]") {
    stage s({.flush_sends = 3});
    reactor::broadcast stream(s.loop, 1024);
    std::vector<std::unique_ptr<following>> members;
    for (int i = 0; i < 4; ++i)
        members.push_back(std::make_unique<following>(s, stream));
    const std::string first(1020, 'a');
    stream.publish(first);
    s.turn(); // three of four
    following newcomer(s, stream);
    const std::string second(100, 'b'); // four bytes of it in the first chunk
    stream.publish(second);
    // The fourth and the newcomer, then the first again: at the very place of the newcomer before.
    s.turn();
    CHECK(members[0]->other.received() == first + second);
    s.turn(5);
    for (const auto& m : members)
        CHECK(m->other.received() == first + second);
    CHECK(newcomer.other.received() == second);
}

TEST_CASE("a round that all have left in the middle of it ends", "[broadcast][E35]") {
    stage s({.flush_sends = 3});
    reactor::broadcast stream(s.loop);
    std::vector<std::unique_ptr<following>> members;
    for (int i = 0; i < 20; ++i)
        members.push_back(std::make_unique<following>(s, stream));
    stream.publish("x");
    s.turn();            // three of twenty
    stream.publish("y"); // all are owed something, the first three after the others
    for (const auto& m : members)
        m->place.leave();
    s.turn(20); // what was owed at the leave
    for (const auto& m : members)
        CHECK(m->other.received() == "xy");
    members.front()->place.join(stream);
    stream.publish("z");
    s.turn();
    CHECK(members.front()->other.received() == "xyz");
}
