#include "bench/goal-table/verdict.hpp"

#include "bench/goal-table/output.hpp"
#include "bench/goal-table/trials.hpp"

#include "support/catch.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

using Catch::Matchers::ContainsSubstring;
using goals::bound;
using goals::entrant;
using goals::finding;
using goals::judge;
using goals::place;
using goals::row;
using goals::trial;
using verdict = goals::finding::verdict;

namespace {

entrant named(const char* server, const char* load = "[talk]\n") { return {server, {}, load, {}}; }

/// chatd by the yardstick.
row cpu_goal(std::vector<bound> bounds) {
    row made;
    made.name = "cpu";
    made.goal = "CPU a delivery";
    made.figure = &goals::measured::cpu_a_delivery;
    made.bounds = std::move(bounds);
    made.by_place[static_cast<std::size_t>(place::yardstick)] = named("yardstick");
    made.by_place[static_cast<std::size_t>(place::ours)] = named("chatd");
    return made;
}

trial costing(const char* server, std::size_t repeat, double cpu, double calls = 0.5) {
    trial made{.who = named(server), .repeat = repeat, .found = {}, .failure = {}};
    auto& found = made.found.emplace();
    found.cpu_a_delivery = cpu;
    found.calls_a_delivery = calls;
    found.longest_iteration = cpu;
    return made;
}

/// On a machine that gets slower and slower.
std::vector<trial> three_repeats() {
    std::vector<trial> all;
    for (std::size_t i = 0; i < 3; ++i) {
        const double slowness = 1.0 + static_cast<double>(i);
        all.push_back(costing("yardstick", i, 100 * slowness));
        all.push_back(costing("chatd", i, 110 * slowness));
    }
    return all;
}

trial failing(const char* server, std::size_t repeat) {
    return {.who = named(server), .repeat = repeat, .found = {}, .failure = "it broke"};
}

} // namespace

TEST_CASE("a goal is judged by the median of ratios within a repetition", "[goals]") {
    const auto all = three_repeats();
    const finding found = judge(cpu_goal({{place::yardstick, 1.15}}), all);
    CHECK(found.is == verdict::held);
    CHECK(found.against[0].low == Catch::Approx(1.1));
    CHECK(found.against[0].high == Catch::Approx(1.1)); // the noise that hit both is not in it
    CHECK(found.figures[static_cast<std::size_t>(place::ours)].median == 220);
    CHECK(judge(cpu_goal({{place::yardstick, 1.05}}), all).is == verdict::not_held);
}

TEST_CASE("all bounds of a goal are to hold", "[goals]") {
    const auto all = three_repeats();
    CHECK(judge(cpu_goal({{place::yardstick, 1.15}, {place::ours, 200}}), all).is ==
          verdict::not_held);
    CHECK(judge(cpu_goal({{place::yardstick, 1.15}, {place::ours, 220}}), all).is == verdict::held);
    CHECK(judge(cpu_goal({{place::ours, 220, true}}), all).is == verdict::not_held);
}

TEST_CASE("a goal is not known to be held when a server is missing", "[goals]") {
    const auto goal = cpu_goal({{place::yardstick, 1.15}, {place::redis, 0.5, true}});
    CHECK(judge(goal, three_repeats()).is == verdict::unknown);
    CHECK(judge(goal, {}).is == verdict::unknown);
    const auto hopeless = cpu_goal({{place::yardstick, 1.05}, {place::redis, 0.5, true}});
    CHECK(judge(hopeless, three_repeats()).is == verdict::not_held);
}

TEST_CASE("a trial that failed is told and leaves its repetition out", "[goals]") {
    auto all = three_repeats();
    all[1] = failing("chatd", 0);
    const finding found = judge(cpu_goal({{place::yardstick, 1.15}}), all);
    CHECK(found.is == verdict::held);
    CHECK(found.against[0].runs == 2);
    CHECK(found.failure == "chatd: it broke");
}

TEST_CASE("a goal over all trials takes chatd's greatest of each repetition", "[goals]") {
    auto all = three_repeats();
    all.push_back(costing("chatd", 0, 500));
    all.back().who.load = "[storm]\n";
    all.push_back(costing("yardstick", 1, 9000));
    row goal = cpu_goal({{place::ours, 400}});
    goal.figure = &goals::measured::longest_iteration;
    goal.over_all = true;
    const finding found = judge(goal, all); // 500, 220, 330
    CHECK(found.against[0].median == 330);
    CHECK(found.is == verdict::held);
}

TEST_CASE("a repetition tries each entrant once and begins with another place", "[goals]") {
    const std::vector<row> rows{cpu_goal({}), cpu_goal({})};
    CHECK(goals::schedule(rows, 0) == std::vector{named("yardstick"), named("chatd")});
    CHECK(goals::schedule(rows, 1) == std::vector{named("chatd"), named("yardstick")});
    std::vector<row> rare = rows;
    for (row& one : rare)
        one.most_repeats = 1;
    CHECK(goals::schedule(rare, 1).empty());
}

TEST_CASE("the table tells figures and ratios and what a cost is made of", "[goals]") {
    goals::results all;
    all.rows = {cpu_goal({{place::yardstick, 1.15}})};
    all.repeats = 3;
    all.trials = three_repeats();
    const std::string text = goals::to_text(all);
    CHECK_THAT(text, ContainsSubstring("200 ns ±50%"));
    CHECK_THAT(text, ContainsSubstring("220 ns ±50%  1.10x  held"));
    CHECK_THAT(text, ContainsSubstring("500.0, 440 ns")); // calls for 1000 deliveries
    CHECK_THAT(text, ContainsSubstring("Not measured: "));
    CHECK(goals::complete(all));
    const auto json = goals::to_json(all);
    CHECK(json["schema"] == "goals/1");
    CHECK(json["rows"][0]["verdict"] == "held");
    CHECK(json["rows"][0]["bounds"][0]["found"]["median"] == Catch::Approx(1.1));
    CHECK(json["trials"].size() == 6);
    all.trials.push_back(failing("chatd", 3));
    CHECK_FALSE(goals::complete(all));
    CHECK_THAT(goals::to_text(all), ContainsSubstring("cpu: chatd: it broke\n"));
}
