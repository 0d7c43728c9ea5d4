// Random programs over the simulated world: whatever is done in whatever callback, the promises of
// channels, loops and broadcasts hold.  REACTOR_SIM_SEED replays the program that failed,
// REACTOR_PROPERTY_RUNS sets how many are run.
#include "property_program.hpp"

#include "support/catch.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

std::uint64_t number_in(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

} // namespace

TEST_CASE("random programs break no promise", "[property][loop][broadcast][E1]") {
    const auto first = number_in("REACTOR_SIM_SEED", 1);
    const auto runs =
        number_in("REACTOR_PROPERTY_RUNS", std::getenv("REACTOR_SIM_SEED") != nullptr ? 1 : 300);
    int failed = 0;
    for (auto seed = first; seed < first + runs && failed < 3; ++seed) {
        property::program one(seed);
        one.run();
        if (one.wrongs().empty())
            continue;
        ++failed;
        FAIL_CHECK(one.story(runs == 1 ? 5000 : 80)); // a single one is told whole
    }
    CHECK(failed == 0);
}
