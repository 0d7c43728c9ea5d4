// Who is there before a crowd comes in, and rounds that take long, over the simulated world.
#include "support/sim_stage.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

using namespace sim_test;

namespace {

reactor::loop_options with_flush_sends(std::uint32_t sends) {
    reactor::loop_options options;
    options.flush_sends = sends;
    return options;
}

using members = std::vector<std::unique_ptr<following>>;

/// A stream to which something is published in every iteration.
struct room {
    explicit room(std::uint32_t flush_sends) : s(with_flush_sends(flush_sends)), stream(s.loop) {}

    /// Comes in at once.
    [[nodiscard]] members come(int count) {
        members all;
        for (int i = 0; i < count; ++i)
            all.push_back(std::make_unique<following>(s, stream));
        return all;
    }
    /// Those who are there get all that is published, for a second and more.
    void settle() {
        for (int i = 0; i < 4; ++i) {
            publish();
            s.turn(50);
            s.w.advance(600ms);
        }
    }
    void publish() {
        stream.publish("x");
        ++published;
    }
    void iterate(nanoseconds time) {
        publish();
        s.w.advance(time);
        s.turn();
    }

    stage s;
    reactor::broadcast stream;
    std::size_t published = 0;
};

std::size_t furthest_behind(const members& all) {
    std::size_t most = 0;
    for (const auto& m : all)
        most = std::max(most, m->place.behind());
    return most;
}

std::size_t turns(const members& all) {
    std::size_t sum = 0;
    for (const auto& m : all)
        sum += m->other.segments().size();
    return sum;
}

} // namespace

TEST_CASE("who has settled hears in time while a round through a crowd takes long",
          "[broadcast][E35]") {
    room r(12);
    const members settled = r.come(3);
    r.settle();
    const auto before = r.published;
    const auto turns_before = turns(settled);
    const members crowd =
        r.come(297); // a round takes 25 iterations at least, a quarter of a second
    std::size_t most = 0;
    for (int i = 0; i < 100; ++i) {
        r.iterate(10ms);
        most = std::max(most, furthest_behind(settled));
    }
    CHECK(most <= 3);                                            // of 10 ms each
    CHECK(turns(settled) - turns_before <= 55 * settled.size()); // one in 20 ms, and in each round
    CHECK(furthest_behind(crowd) >= 20);
    for (const auto& m : crowd) // three rounds are done
        CHECK(m->other.segments().size() >= 3);
    r.s.turn(50);
    for (const auto& m : settled)
        CHECK(m->other.received() == std::string(r.published, 'x'));
    for (const auto& m : crowd)
        CHECK(m->other.received() == std::string(r.published - before, 'x'));
    CHECK(r.s.loop.counters().audit_findings == 0);
}

TEST_CASE("who comes with the crowd waits for the round", "[broadcast][E35]") {
    room r(12);
    const members settled = r.come(3);
    r.settle();
    const members crowd = r.come(297);
    for (int i = 0; i < 100; ++i)
        r.iterate(10ms);
    for (const auto& m : crowd)
        CHECK(m->other.segments().size() <= 5);
}

TEST_CASE("the turn of the settled leaves three quarters of the sends to the round",
          "[broadcast][E35]") {
    room r(12);
    members settled = r.come(80);
    r.settle();
    const auto before = turns(settled);
    const members crowd = r.come(320); // one in five has settled
    for (int i = 0; i < 200; ++i)
        r.iterate(10ms);
    CHECK(turns(crowd) + turns(settled) - before == 200 * 12);
    // Of a round's sends one in five goes to the settled as well, and the last round is not done.
    CHECK(turns(crowd) >= 200 * 9 * 4 / 5 - 80);
    CHECK(turns(settled) - before >= 200 * 3);
    settled.erase(settled.begin(), settled.begin() + 40); // in the middle of a turn
    r.s.turn(100);
    CHECK(furthest_behind(settled) == 0);
    CHECK(furthest_behind(crowd) == 0);
}

TEST_CASE("no turn is taken beside the round where more than a quarter has settled",
          "[broadcast][E35]") {
    room r(12);
    const members settled = r.come(100);
    r.settle();
    const auto before = turns(settled);
    const members others = r.come(200);
    for (int i = 0; i < 100; ++i) // four rounds
        r.iterate(10ms);
    CHECK(turns(settled) - before == 4 * settled.size());
    CHECK(turns(others) == 4 * others.size());
}

TEST_CASE("who comes after those who had settled left does not inherit their turn",
          "[broadcast][E35]") {
    room r(12);
    members gone = r.come(40);
    r.settle();
    gone.clear();
    const members crowd = r.come(300);
    for (int i = 0; i < 100; ++i) // four rounds
        r.iterate(10ms);
    for (const auto& m : crowd)
        CHECK(m->other.segments().size() == 4);
}

TEST_CASE("who stays when others of the settled leave has still settled", "[broadcast][E35]") {
    room r(12);
    members settled = r.come(40);
    r.settle();
    settled.erase(settled.begin() + 1, settled.begin() + 38); // so many that gaps are closed
    const auto before = turns(settled);
    const members crowd = r.come(297);
    for (int i = 0; i < 100; ++i)
        r.iterate(10ms);
    CHECK(turns(settled) - before >= 40 * settled.size());
    for (const auto& m : crowd)
        CHECK(m->other.segments().size() <= 5);
}

TEST_CASE("the turn of the settled leaves time to the round when sends take long",
          "[broadcast][E35][E37]") {
    room r(256);
    const members settled = r.come(200);
    r.settle();
    const members crowd = r.come(800);
    r.s.w.set_cost(call::send, 100us); // of a flush's 2 ms
    for (int i = 0; i < 200; ++i)
        r.iterate(2ms);
    for (const auto& m : crowd)
        CHECK(m->other.segments().size() >= 3);
    r.s.w.set_cost(call::send, 0ms);
    r.s.turn(50);
    CHECK(furthest_behind(crowd) == 0);
    CHECK(furthest_behind(settled) == 0);
}

TEST_CASE("a round that does not take long has no turn beside it", "[broadcast][E35]") {
    room r(12);
    const members settled = r.come(3);
    r.settle();
    const auto before = turns(settled);
    const members others = r.come(57);
    for (int i = 0; i < 5; ++i) // 16 ms for a round
        r.iterate(4ms);
    CHECK(turns(settled) - before == settled.size());
    CHECK(turns(others) == others.size());
}

TEST_CASE("who came before a quiet time has settled after it", "[broadcast][E35]") {
    room r(12);
    members settled = r.come(2);
    r.publish();
    r.s.turn(50);
    r.s.w.advance(100ms);
    for (auto& m : r.come(9))
        settled.push_back(std::move(m));
    r.publish();
    r.s.turn(50);
    r.s.w.advance(1h);
    const members crowd = r.come(297);
    std::size_t most = 0;
    for (int i = 0; i < 100; ++i) {
        r.iterate(10ms);
        most = std::max(most, furthest_behind(settled));
    }
    CHECK(most <= 4);
    CHECK(furthest_behind(crowd) >= 20);
}

TEST_CASE("a burst of newcomers settles in a quiet time as well", "[broadcast][E35]") {
    room r(12);
    const members settled = r.come(80); // their first round takes seven iterations
    r.publish();
    r.s.turn(50);
    r.s.w.advance(1s);
    const members crowd = r.come(320);
    for (int i = 0; i < 100; ++i)
        r.iterate(10ms);
    CHECK(turns(settled) >= 2 * 80 + 100 * 3); // in rounds, and a quarter of what is sent besides
}

TEST_CASE("who came just before a crowd has not settled", "[broadcast][E35]") {
    room r(12);
    const members early = r.come(3);
    for (int i = 0; i < 4; ++i) { // all have all each time
        r.s.w.advance(100ms);
        r.publish();
        r.s.turn(3);
    }
    const auto before = turns(early);
    const members crowd = r.come(297);
    for (int i = 0; i < 100; ++i) // four rounds
        r.iterate(10ms);
    CHECK(turns(early) - before == 4 * early.size());
}
