#include "bench/reactor-bench/benchmark.hpp"

#include "support/catch.hpp"

#include <cmath>
#include <map>
#include <string>

using namespace reactor_bench;

namespace {

/// Each parameter as small as it still tells something.
const std::map<std::string, std::uint64_t> tiny{
    {"pairs", 10},    {"active", 3},    {"writes", 50}, {"size", 48},        {"connections", 40},
    {"blocks", 300},  {"lines", 20},    {"members", 5}, {"deliveries", 200}, {"burst", 7},
    {"connects", 20}, {"timers", 1000}, {"threads", 2}, {"posts", 1000},     {"messages", 100},
};

setting tiny_setting(const benchmark& what) {
    setting chosen;
    for (const auto& each : what.parameters) {
        INFO(what.name << ": --" << each.name);
        REQUIRE(tiny.contains(each.name));
        chosen.add(each.name, tiny.at(each.name));
    }
    return chosen;
}

} // namespace

// What a benchmark counts and compares by itself makes `measure` throw: a number means that
// everything arrived.
TEST_CASE("every loop does all that every benchmark asks for", "[benchmarks]") {
    for (const auto& what : benchmarks()) {
        for (const auto& by : peers()) {
            if (!what.offered(by))
                continue;
            INFO(what.name << " by " << by.name);
            const auto found = what.measure(by, tiny_setting(what));
            REQUIRE(found.size() == what.figures.size());
            for (std::size_t i = 0; i < found.size(); ++i) {
                INFO(what.figures[i].name);
                CHECK((std::isnan(found[i]) || found[i] >= 0));
            }
        }
    }
}

TEST_CASE("every loop that is not a variant of another has every benchmark", "[benchmarks]") {
    for (const auto& what : benchmarks()) {
        for (const auto& by : peers()) {
            INFO(what.name << " by " << by.name);
            CHECK(what.offered(by) == (by.name != "reactor-direct" || what.name == "ring"));
        }
    }
}

TEST_CASE("loops of the same names are not mistaken for one another", "[benchmarks]") {
    for (const auto& by : peers()) {
        if (by.name == "libevent") // libev has libevent's functions too, and another version
            CHECK(by.version.starts_with("2."));
        if (by.name == "libev")
            CHECK(by.version.starts_with("4."));
    }
}

TEST_CASE("a ring may be of one pair and may be all active", "[benchmarks]") {
    const auto& ring = benchmarks().front();
    REQUIRE(ring.name == "ring");
    const auto [pairs, active, writes] =
        GENERATE(values<std::array<std::uint64_t, 3>>({{1, 1, 5}, {4, 4, 0}, {4, 4, 1}}));
    for (const auto& by : peers()) {
        setting chosen;
        chosen.add("pairs", pairs);
        chosen.add("active", active);
        chosen.add("writes", writes);
        CHECK(ring.measure(by, chosen).size() == ring.figures.size());
    }
}

TEST_CASE("a ring tells when the descriptors do not suffice", "[benchmarks]") {
    setting chosen;
    chosen.add("pairs", 1'000'000'000);
    chosen.add("active", 1);
    chosen.add("writes", 1);
    CHECK_THROWS_WITH(benchmarks().front().measure(peers().front(), chosen),
                      Catch::Matchers::ContainsSubstring("the limit is"));
}
