// Accepting under limits, errors and meddling handlers, over the simulated world.
#include "support/sim_stage.hpp"

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace sim_test;

namespace {

std::vector<peer> connect_many(stage& s, const listener& door, int count) {
    std::vector<peer> peers;
    for (int i = 0; i < count; ++i)
        peers.push_back(s.w.connect(door.local_address()));
    return peers;
}

/// The times between the tries of a listener that never gets a connection, for so long.
std::vector<nanoseconds> gaps_between_tries(stage& s, nanoseconds time) {
    std::vector<nanoseconds> gaps;
    const auto end = s.w.now() + time;
    auto tries = s.loop.counters().accept_errors;
    auto last = s.w.now();
    while (s.w.now() < end) {
        s.loop.run_once(end - s.w.now());
        if (s.loop.counters().accept_errors == tries)
            continue;
        ++tries;
        gaps.push_back(s.w.now() - last);
        last = s.w.now();
    }
    return gaps;
}

reactor::loop_options with_accept_budget(std::uint32_t budget) {
    reactor::loop_options options;
    options.accept_budget = budget;
    return options;
}

} // namespace

TEST_CASE("a listener's rests double up to one second", "[listener][E4]") {
    const int error = GENERATE(EMFILE, ENFILE, ENOBUFS, ENOMEM, EPERM);
    stage s;
    listener door(s.loop);
    s.turn();
    const auto peers = connect_many(s, door, 3);
    s.w.faults().fail(call::accept, error, {.times = always});
    s.w.set_wait_limit(1000);
    const std::vector<nanoseconds> expected{0ms, 50ms, 100ms, 200ms, 400ms, 800ms, 1s, 1s};
    CHECK(gaps_between_tries(s, 4s) == expected);
    CHECK(s.waits() <= 2 * expected.size() + 3);
    CHECK(door.errors == std::vector{system_code(error)});
    CHECK(door.is_open());
    s.no_findings();
}

TEST_CASE("a listener that recovers begins a new episode at the next limit", "[listener][E4]") {
    const int error = GENERATE(EMFILE, ENFILE, ENOBUFS, ENOMEM, EPERM);
    stage s;
    listener door(s.loop);
    s.turn();
    auto peers = connect_many(s, door, 3);
    s.w.faults().fail(call::accept, error, {.times = always});
    s.pass(300ms);
    REQUIRE(door.errors.size() == 1);
    s.w.faults().clear();
    s.pass(2s);
    CHECK(door.taken.size() == 3);
    s.w.faults().fail(call::accept, error, {.times = always});
    peers.push_back(s.w.connect(door.local_address()));
    CHECK(gaps_between_tries(s, 200ms) == std::vector<nanoseconds>{0ms, 50ms, 100ms});
    CHECK(door.errors.size() == 2);
}

TEST_CASE("channels are served while a listener rests", "[listener][E4]") {
    stage s;
    listener door(s.loop);
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    channel.on_line = [](chat& me, const std::string& line) { me.push(line + '\n'); };
    s.turn();
    const auto peers = connect_many(s, door, 3);
    s.w.faults().fail(call::accept, EMFILE, {.times = always});
    s.turn(2);
    REQUIRE(door.errors.size() == 1);
    other.send("hello\n");
    s.turn();
    CHECK(other.received() == "hello\n");
}

TEST_CASE("a listener closed during its rest stays closed", "[listener][E4]") {
    stage s;
    auto door = std::make_unique<listener>(s.loop);
    s.turn();
    const auto peers = connect_many(s, *door, 3);
    s.w.faults().fail(call::accept, ENFILE, {.times = always});
    s.turn(2);
    const auto tries = s.w.count(call::accept);
    SECTION("closed") { door->close(); }
    SECTION("destroyed") { door.reset(); }
    s.w.set_wait_limit(1000);
    s.pass(3s);
    CHECK(s.w.count(call::accept) == tries);
    CHECK(s.loop.size() == 0);
}

TEST_CASE("the errors of a single connection are passed over", "[listener][E5][defect4]") {
    const int error = GENERATE(ECONNABORTED, EINTR, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN,
                               EHOSTUNREACH, ENETUNREACH, EOPNOTSUPP);
    stage s;
    listener door(s.loop);
    s.turn();
    const auto peers = connect_many(s, door, 3);
    s.w.faults().fail(call::accept, error, {.nth = 2});
    s.turn();
    CHECK(door.taken.size() == 3);
    CHECK(s.w.count(call::accept) == 5); // three taken, one error, none left
    CHECK(door.errors.empty());
    CHECK(door.is_open());
    CHECK(s.loop.counters().accept_errors == 0);
}

TEST_CASE("an accept that finds nothing ends the burst only", "[listener][E5]") {
    stage s;
    listener door(s.loop);
    s.turn();
    const auto peers = connect_many(s, door, 3);
    s.w.faults().fail(call::accept, EAGAIN, {.nth = 2});
    s.turn();
    CHECK(door.taken.size() == 1);
    s.turn();
    CHECK(door.taken.size() == 3);
    CHECK(door.errors.empty());
}

TEST_CASE("connections that fail for ever keep nobody else waiting", "[listener][E5][E6]") {
    stage s(with_accept_budget(8));
    listener door(s.loop);
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    const auto peers = connect_many(s, door, 1);
    s.w.faults().fail(call::accept, ECONNABORTED, {.times = always});
    other.send("hello\n");
    s.turn();
    CHECK(s.w.count(call::accept) == 8);
    CHECK(channel.seen->lines.size() == 1);
}

TEST_CASE("a listener accepts no more than its budget in one turn", "[listener][E6]") {
    stage s(with_accept_budget(4));
    listener door(s.loop);
    s.turn();
    const auto peers = connect_many(s, door, 10);
    std::vector<std::size_t> taken;
    for (int i = 0; i < 4; ++i) {
        s.turn();
        taken.push_back(door.taken.size());
    }
    CHECK(taken == std::vector<std::size_t>{4, 8, 10, 10});
}

TEST_CASE("a listener closed in its own handler accepts no more", "[listener][E6]") {
    stage s;
    listener door(s.loop);
    s.turn();
    const auto peers = connect_many(s, door, 5);
    door.on_accepted = [](listener& me) {
        if (me.taken.size() == 2)
            me.close();
    };
    s.turn(2);
    CHECK(s.w.count(call::accept) == 2);
    CHECK(door.closes == 1);
    CHECK(peers[4].was_reset());
}

TEST_CASE("a listener paused in its own handler accepts the rest later", "[listener][E6]") {
    stage s;
    listener door(s.loop);
    s.turn();
    const auto peers = connect_many(s, door, 5);
    door.on_accepted = [](listener& me) {
        if (me.taken.size() == 2)
            me.pause_reading();
    };
    s.turn(3);
    CHECK(door.taken.size() == 2);
    door.resume_reading();
    s.turn(2);
    CHECK(door.taken.size() == 5);
    s.no_findings();
}

TEST_CASE("a listener destroyed in its own handler accepts no more", "[listener][E6][E39]") {
    stage s;
    auto door = std::make_unique<listener>(s.loop);
    s.turn();
    const auto peers = connect_many(s, *door, 5);
    door->on_accepted = [&door](listener&) { door.reset(); };
    s.turn(2);
    CHECK(s.w.count(call::accept) == 1);
    CHECK(s.loop.size() == 0);
}

TEST_CASE("a listener outlives what its handler throws", "[listener][E6][E41]") {
    stage s;
    listener door(s.loop);
    int errors = 0;
    s.loop.on_error([&errors](std::exception_ptr) { ++errors; });
    s.turn();
    const auto peers = connect_many(s, door, 5);
    door.on_accepted = [](listener&) { throw std::runtime_error("thrown by the test"); };
    s.turn();
    CHECK(errors == 5);
    CHECK(door.taken.size() == 5);
    CHECK(door.is_open());
}
