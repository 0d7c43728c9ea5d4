#include "bench/reactor-bench/run_plan.hpp"

#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <vector>

using namespace reactor_bench;
using Catch::Matchers::ContainsSubstring;

namespace {

std::vector<std::string> order; // in which peers were asked; a function pointer has no state

peer named(const char* name) { return {.name = name, .version = "1"}; }

/// Notes the order; `bad` fails.
benchmark recorder() {
    return {.name = "recorder",
            .about = "Notes who is asked",
            .parameters = {},
            .figures = {{.name = "CPU", .unit = "ns"}},
            .offered = [](const peer&) { return true; },
            .measure = [](const peer& by, const setting&) -> std::vector<double> {
                order.push_back(by.name);
                if (by.name == "bad")
                    throw std::runtime_error("2 of 3 are lost");
                return {by.name == "epoll" ? 100.0 : 150.0};
            }};
}

const auto ignore = [](const benchmark_results&) {};
const auto always = [](const std::string&) { return true; };

} // namespace

TEST_CASE("rounds alternate and each begins with another loop", "[runner]") {
    const auto what = recorder();
    const std::vector<peer> by{named("a"), named("b"), named("c")};
    run_plan plan;
    plan.rounds = 2;
    plan.parts = {{&what, settings_of({}, 1), {&by[0], &by[1], &by[2]}}};
    order.clear();
    const auto found = run(plan, ignore, always);
    CHECK(order == std::vector<std::string>{"a", "b", "c", "b", "c", "a"});
    CHECK_FALSE(found.failed());
    CHECK(found.benchmarks.at(0).settings.at(0).peers.at(2).rounds.at(0).size() == 2);
}

TEST_CASE("a loop that fails ends its own rounds and no other", "[runner]") {
    const auto what = recorder();
    const std::vector<peer> by{named("epoll"), named("bad"), named("c")};
    run_plan plan;
    plan.rounds = 3;
    plan.parts = {{&what, settings_of({}, 1), {&by[0], &by[1], &by[2]}}};
    order.clear();
    std::string shown;
    const auto found = run(
        plan, [&](const benchmark_results& each) { shown = to_text(each); }, always);
    CHECK(order.size() == 3 + 1 + 3);
    CHECK(found.failed());
    CHECK_THAT(shown, ContainsSubstring("failed: 2 of 3 are lost"));
    CHECK_THAT(shown, ContainsSubstring("1.50x"));
}

TEST_CASE("an interrupted run keeps what it has", "[runner]") {
    const auto what = recorder();
    const std::vector<peer> by{named("epoll"), named("b")};
    run_plan plan;
    plan.parts = {{&what, settings_of({}, 1), {&by[0], &by[1]}},
                  {&what, settings_of({}, 1), {&by[0], &by[1]}}};
    int left = 3;
    const auto found = run(plan, ignore, [&](const std::string&) { return left-- > 0; });
    CHECK(found.interrupted);
    REQUIRE(found.benchmarks.size() == 1);
    CHECK(found.benchmarks[0].settings.at(0).peers.at(0).rounds.at(0).size() == 1);
}

TEST_CASE("instructions are counted or it is said why not", "[runner]") {
    const auto& ring = benchmarks().front();
    run_plan plan;
    plan.rounds = 1;
    plan.program = REACTOR_BENCH_BINARY;
    setting chosen;
    chosen.add("pairs", 2);
    chosen.add("active", 1);
    chosen.add("writes", 500);
    plan.parts = {{&ring, {chosen}, {&peers().front()}}};
    plan.instructions = GENERATE(counting::callgrind, counting::none);
    const auto found = run(plan, ignore, always);
    const auto& result = found.benchmarks.at(0);
    const auto& counts = result.settings.at(0).peers.at(0).rounds.at(2);
    CHECK_THAT(to_text(result), ContainsSubstring("instructions: "));
    if (result.instructions.starts_with("counted")) {
        REQUIRE(counts.size() == 1);
        CHECK(counts[0] > 10); // an event is at least two system calls
        CHECK(counts[0] < 2000);
    } else {
        CHECK(counts.empty());
        CHECK_THAT(result.instructions, ContainsSubstring("not counted"));
    }
}
