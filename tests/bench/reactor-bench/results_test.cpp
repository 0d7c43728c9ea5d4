#include "bench/reactor-bench/results.hpp"

#include "bench/measure/json_file.hpp"
#include "bench/reactor-bench/meter.hpp"

#include "support/catch.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

#include <unistd.h>

using namespace reactor_bench;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Three rounds of raw epoll and of a loop that fails in its second.
results example() {
    results found;
    found.where.program = "reactor-bench 1.2.3";
    found.rounds = 3;
    found.loops = {&peers()[0], &peers()[1]};
    setting chosen;
    chosen.add("pairs", 10);
    found.benchmarks = {{.what = &benchmarks().front(),
                         .settings = {{.chosen = chosen,
                                       .peers = {{.peer = "epoll",
                                                  .rounds = {{100, 300, 200}, {5, 6, 7}, {}},
                                                  .failure = {}},
                                                 {.peer = "reactor",
                                                  .rounds = {{150}, {4}, {not_measured}},
                                                  .failure = "2 of <3> are lost"}}}},
                         .instructions = "not counted: it is a test"}};
    return found;
}

} // namespace

TEST_CASE("what is written as JSON is read as it was", "[results]") {
    const auto name = (std::filesystem::temp_directory_path() /
                       ("reactor-bench-results-" + std::to_string(::getpid()) + ".json"))
                          .string();
    bench::write_file(name, bench::json_text(to_json(example())));
    const auto read = bench::read_json_file(name);
    std::filesystem::remove(name);

    CHECK(read == to_json(example()));
    CHECK(read["schema"] == "reactor-bench/1");
    CHECK(read["partial"] == true);
    CHECK(read["environment"]["program"] == "reactor-bench 1.2.3");
    CHECK(read["loops"][1]["version"] == peers()[1].version);
    CHECK(read["missing_loops"].size() == missing_peers().size());
    const auto& ring = read["benchmarks"][0];
    CHECK(ring["name"] == "ring");
    CHECK(ring["figures"][1]["better"] == "more");
    const auto& setting = ring["settings"][0];
    CHECK(setting["parameters"]["pairs"] == 10);
    const auto& raw = setting["loops"][0];
    CHECK(raw["figures"]["CPU"]["median"] == 200.0);
    CHECK(raw["figures"]["CPU"]["low"] == 100.0);
    CHECK(raw["figures"]["CPU"]["rounds"].size() == 3);
    CHECK(raw["figures"][benchmarks().front().figures[2].name].is_null());
    CHECK_FALSE(raw.contains("failure"));
    CHECK(setting["loops"][1]["failure"] == "2 of <3> are lost");
}

TEST_CASE("a table has a line for each loop and its ratio to raw epoll", "[results]") {
    auto found = example();
    CHECK(found.failed());
    CHECK_THAT(to_text(found.benchmarks[0]), ContainsSubstring("200 ±50%  1.00x") &&
                                                 ContainsSubstring("failed: 2 of <3> are lost") &&
                                                 ContainsSubstring("not counted: it is a test"));
    found.benchmarks[0].settings[0].peers[1].failure.clear();
    CHECK_FALSE(found.failed());
    CHECK_THAT(to_text(found.benchmarks[0]), ContainsSubstring("150  0.75x"));
}

TEST_CASE("the page shows figures and failures and names missing loops", "[results]") {
    const auto page = to_html(example());
    CHECK_THAT(page, ContainsSubstring("200 ±50%") &&
                         ContainsSubstring("2 of &lt;3&gt; are lost") &&
                         ContainsSubstring("not counted: it is a test") &&
                         ContainsSubstring("reactor-bench 1.2.3"));
    CHECK_THAT(page, !ContainsSubstring("<script") && !ContainsSubstring("http://"));
    for (const auto& each : missing_peers())
        CHECK_THAT(page, ContainsSubstring(each.package));
}
