#include "bench/contest/results.hpp"

#include "bench/contest/output.hpp"
#include "bench/contest/tables.hpp"

#include "support/browser.hpp"
#include "support/catch.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>

using Catch::Matchers::ContainsSubstring;
using contest::figures;
using contest::results;
using contest::showing;

namespace {

enum : std::size_t { yardstick, chatd, broken };

figures costing(double cpu) {
    return {.cpu = cpu,
            .p50 = 1000 * cpu,
            .p99 = 5000 * cpu,
            .deliveries = 1e6,
            .generator = 0.5,
            .held_up = 0,
            .memory = 2048};
}

/// Three repetitions of one setting, on a machine that gets slower and slower.
results slowing_contest() {
    results all;
    all.servers = {{"yardstick", "yardstick 1"}, {"chatd", "chatd 1"}, {"broken", ""}};
    all.settings = {{100, 0}};
    all.repeats = 3;
    all.duration = std::chrono::seconds{3};
    for (std::size_t repeat = 0; repeat < 3; ++repeat) {
        const double slowness = 1.0 + static_cast<double>(repeat);
        all.outcomes.push_back({{yardstick, 0, repeat}, costing(100 * slowness), {}});
        all.outcomes.push_back({{chatd, 0, repeat}, costing(120 * slowness), {}});
        all.outcomes.push_back({{broken, 0, repeat}, {}, "the server ended by Killed"});
    }
    return all;
}

} // namespace

TEST_CASE("a figure is the median of the repetitions with its range", "[contest]") {
    const auto all = slowing_contest();
    const auto cpu = showing(all, chatd, 0).of(contest::cpu_of);
    CHECK(cpu.median == 240);
    CHECK(cpu.low == 120);
    CHECK(cpu.high == 360);
    CHECK(cpu.runs == 3);
}

TEST_CASE("a ratio is to the yardstick in the same repetition", "[contest]") {
    const auto all = slowing_contest();
    const auto ratio = showing(all, chatd, 0).to_yardstick(contest::cpu_of);
    CHECK(ratio.low == Catch::Approx(1.2)); // the noise that hit both is not in it
    CHECK(ratio.high == Catch::Approx(1.2));
    CHECK(ratio.runs == 3);
}

TEST_CASE("a repetition without the yardstick has no ratio", "[contest]") {
    auto all = slowing_contest();
    all.outcomes.front() = {{yardstick, 0, 0}, {}, "it failed"};
    const showing one(all, chatd, 0);
    CHECK(one.to_yardstick(contest::cpu_of).runs == 2);
    CHECK(one.of(contest::cpu_of).runs == 3);
    all.servers[yardstick].name = "another";
    CHECK(showing(all, chatd, 0).to_yardstick(contest::cpu_of).runs == 0);
}

TEST_CASE("a server that failed is shown with its reason and spoils no other", "[contest]") {
    auto all = slowing_contest();
    CHECK_FALSE(contest::complete(all));
    CHECK(showing(all, broken, 0).failed() == 3);
    const std::string text = contest::to_text(all);
    CHECK_THAT(text, ContainsSubstring("broken     failed: the server ended by Killed"));
    CHECK_THAT(text, ContainsSubstring("chatd         240 ns ±50%  1.20x"));
    CHECK_THAT(contest::to_html(all), ContainsSubstring("failed: the server ended by Killed"));
    const auto json = contest::to_json(all);
    CHECK(json["settings"][0]["showings"][broken]["first_failure"] == "the server ended by Killed");
    all.outcomes[7] = {{chatd, 0, 2}, {}, "it failed once"};
    CHECK_THAT(contest::to_text(all), ContainsSubstring("1 of 3"));
}

TEST_CASE("a contest that was ended early says so", "[contest]") {
    auto all = slowing_contest();
    CHECK_THAT(contest::to_text(all), !ContainsSubstring("Partial"));
    all.partial = true;
    CHECK_THAT(contest::to_text(all), ContainsSubstring("Partial"));
    CHECK_THAT(contest::to_html(all), ContainsSubstring("Partial"));
    CHECK(contest::to_json(all)["partial"] == true);
}

TEST_CASE("all figures are in the json with medians and ratios", "[contest]") {
    const auto json = contest::to_json(slowing_contest());
    CHECK(json["schema"] == "shootout/1");
    CHECK(json["trials"].size() == 9);
    const auto& shown = json["settings"][0]["showings"][chatd];
    CHECK(shown["server"] == "chatd");
    CHECK(shown["cpu_ns_per_delivery"]["median"] == 240);
    CHECK(shown["latency_p99_ns"]["high"] == 1'800'000);
    CHECK(shown["to_yardstick"]["cpu_ns_per_delivery"]["median"] == Catch::Approx(1.2));
    CHECK(json["trials"][1]["cpu_ns_per_delivery"] == 120);
}

TEST_CASE("a contest on a busy machine warns of it", "[contest]") {
    auto all = slowing_contest();
    CHECK(contest::warnings_of(all).empty());
    all.outcomes[0].measured->held_up = 0.3;
    all.outcomes[4].measured->generator = 0.95;
    const auto warnings = contest::warnings_of(all);
    REQUIRE(warnings.size() == 2);
    CHECK_THAT(warnings[0], ContainsSubstring("In 1 of 6 trials other processes"));
    CHECK_THAT(contest::to_text(all), ContainsSubstring("Warning: " + warnings[0]));
    CHECK_THAT(contest::to_html(all), ContainsSubstring(warnings[1].substr(0, 20)));
}

TEST_CASE("the page of a contest is whole at a desk and on a phone", "[contest][browser]") {
    if (!support::browser::installed())
        SKIP("neither chromium-headless-shell nor chromium is installed");
    const std::string html = contest::to_html(slowing_contest());
    for (const int width : {1200, 390}) {
        const auto found = support::browser::layout(html, {.width = width, .dark = false});
        for (const std::string& fault : found.faults)
            UNSCOPED_INFO(fault);
        CHECK(found.faults.empty());
        CHECK(found.charts == 4);
    }
}

TEST_CASE("memory that is not known is left out", "[contest]") {
    auto all = slowing_contest();
    for (auto& one : all.outcomes)
        if (one.measured)
            one.measured->memory.reset();
    CHECK(showing(all, chatd, 0).of(contest::memory_of).runs == 0);
    CHECK(contest::to_json(all)["settings"][0]["showings"][chatd]["bytes_per_session"].is_null());
}

TEST_CASE("nothing measured is no complete contest", "[contest]") {
    CHECK_FALSE(contest::complete(results{}));
    CHECK_FALSE(contest::to_html(results{}).empty());
}
