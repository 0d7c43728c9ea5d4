// Listeners that rest, are paused, or recover, over the simulated world.
#include "support/sim_stage.hpp"

#include <cerrno>
#include <vector>

using namespace sim_test;

namespace {

std::vector<peer> connect_many(stage& s, const listener& door, int count) {
    std::vector<peer> peers;
    for (int i = 0; i < count; ++i)
        peers.push_back(s.w.connect(door.local_address()));
    return peers;
}

} // namespace

TEST_CASE("a listener at the descriptor limit rests and sheds one connection",
          "[listener][E4][defect3]") {
    stage s;
    listener door(s.loop);
    s.turn();
    s.w.set_descriptor_limit(s.w.open_descriptors().back() + 3);
    const auto peers = connect_many(s, door, 20);
    s.w.reset_counts();
    s.pass(40ms);
    CHECK(s.waits() <= 3);
    CHECK(door.taken.size() == 2);
    CHECK(door.errors.size() == 1);
    CHECK(s.w.count(call::accept) == 4); // two taken, one refused, one shed
    s.no_findings();
}

TEST_CASE("a listener that lacks kernel memory rests and recovers", "[listener][E4][defect3]") {
    const int error = GENERATE(ENOBUFS, ENOMEM, EPERM);
    stage s;
    listener door(s.loop);
    const auto peers = connect_many(s, door, 5);
    s.w.faults().fail(call::accept, error, {.times = 3});
    s.w.set_wait_limit(1000);
    s.pass(40ms);
    CHECK(s.w.count(call::accept) == 1);
    s.pass(400ms); // rests of 50, 100 and 200 ms
    CHECK(s.w.count(call::accept) == 9);
    CHECK(s.waits() <= 12);
    CHECK(door.taken.size() == 5);
    CHECK(door.errors == std::vector{system_code(error)});
    CHECK(door.is_open());
    s.no_findings();
}

TEST_CASE("a listener's rest ends when a channel is destroyed", "[listener][E4]") {
    stage s;
    listener door(s.loop);
    auto [fd, other] = s.w.connect_pair();
    auto victim = std::make_unique<chat>(s.loop, fd);
    s.turn();
    s.w.set_descriptor_limit(fd + 1);
    const auto peers = connect_many(s, door, 3);
    s.turn(3);
    REQUIRE(door.errors.size() == 1);
    SECTION("closed") { victim->close(); }
    SECTION("destroyed") { victim.reset(); }
    s.turn(3);
    CHECK(door.taken.size() == 1);
}

TEST_CASE("a paused listener with a backlog does not spin", "[listener][E6]") {
    stage s;
    listener door(s.loop);
    s.turn();
    door.pause_reading();
    const auto peers = connect_many(s, door, 3);
    s.w.set_wait_limit(1000);
    s.w.reset_counts();
    s.pass(40ms);
    CHECK(s.waits() <= 3);
    CHECK(s.w.count(call::accept) == 0);
    door.resume_reading();
    s.turn(2);
    CHECK(door.taken.size() == 3);
    s.no_findings();
}
