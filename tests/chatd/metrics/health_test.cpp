#include "chatd/metrics/health.hpp"

#include "support/catch.hpp"
#include "support/loop_fixture.hpp"

#include <chrono>
#include <numeric>
#include <thread>

using namespace std::chrono_literals;

namespace {

/// A loop that a test makes stand still.
class health_stage : public support::loop_fixture {
public:
    void stand_still() {
        loop.post([] { std::this_thread::sleep_for(3ms); });
        iterate();
    }
    bool good(std::chrono::nanoseconds later = {}) {
        return watch.ask(loop.counters(), loop.recorder(), loop.now() + later).good;
    }

    // An iteration of 2.1 ms or more is a stall here.
    chatd::health_watch watch{9, 30s};
};

} // namespace

TEST_CASE("a loop that has not run yet is not healthy", "[chatd][metrics]") {
    health_stage stage;
    CHECK_FALSE(stage.good());
}

TEST_CASE("a loop that stood still is not healthy for a while", "[chatd][metrics]") {
    CHECK(reactor::iteration_time_bound(8) < 3ms);
    health_stage stage;
    stage.iterate();
    chatd::health_watch patient; // 2.1 s
    stage.stand_still();
    CHECK_FALSE(stage.good());
    CHECK_FALSE(stage.good(29s));
    CHECK(stage.good(30s));
    CHECK(patient.ask(stage.loop.counters(), stage.loop.recorder(), stage.loop.now()).good);
}

TEST_CASE("the loop counts its iterations by what they took", "[chatd][metrics]") {
    health_stage stage;
    stage.iterate(10);
    stage.stand_still();
    const auto& counts = stage.loop.counters().iteration_time;
    CHECK(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) ==
          stage.loop.counters().iterations);
    CHECK(std::accumulate(counts.begin(), counts.begin() + 9, std::uint64_t{0}) <
          stage.loop.counters().iterations);
    CHECK(reactor::iteration_time_bound(0) == 8192ns);
}
