// What the library holds of memory, counted by operator new, over the simulated world.
#include "support/counted_heap.hpp"
#include "support/sim_stage.hpp"

#include "timer_queue.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

using namespace sim_test;
using support::heap_count;

namespace {

/// How the heap grows while something is said in every iteration and no flush has sends for all,
/// while `changes` come and go in each.
std::size_t growth_with(int changes) {
    stage s({.flush_sends = 7});
    reactor::broadcast stream(s.loop);
    std::vector<std::unique_ptr<following>> members;
    for (int i = 0; i < 30; ++i)
        members.push_back(std::make_unique<following>(s, stream));
    following restless(s);
    const auto before = heap_count::totals().bytes;
    for (int i = 0; i < 5000; ++i) {
        stream.publish("x");
        for (int change = 0; change < changes; ++change) {
            restless.place.join(stream);
            restless.place.leave();
        }
        s.turn();
    }
    return heap_count::totals().bytes - before;
}

} // namespace

TEST_CASE("who comes and goes while no round is ever done leaves no room taken",
          "[broadcast][memory]") {
    CHECK(growth_with(4) < growth_with(0) + 16'384); // 20 000 places would be 640 000
}

TEST_CASE("adding timers takes memory in proportion to them", "[timer][memory]") {
    constexpr std::size_t count = 10'000;
    reactor::detail::timer_queue queue;
    const auto before = heap_count::totals().given;
    for (std::size_t i = 0; i < count; ++i)
        (void)queue.add([] {}, reactor::timer::weight::work);
    CHECK(heap_count::totals().given - before < count * 500); // a list made anew for each: 200 MB
}
