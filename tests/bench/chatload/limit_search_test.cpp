#include "bench/chatload/limit_search.hpp"

#include "bench/chatload/command_runs.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

using chatload::limit_finder;
using chatload::limit_step;
using chatload::plan;
using chatload::run_figures;
using namespace std::chrono_literals;

namespace {

/// A server that carries so many lines a second; above, its latencies are beyond any limit.
limit_step answer(double rate, double carries) {
    limit_step made;
    made.rate = rate;
    made.reached = std::min(rate, carries);
    made.p99 = rate <= carries ? 2ms : 500ms;
    return made;
}

/// Searches with `serve` for a server; gives what was found.
chatload::limit_search searched(double start, const std::function<limit_step(double)>& serve) {
    limit_finder finder(start, 20ms);
    for (int i = 0; finder.next(); ++i) {
        REQUIRE(i < 100);
        finder.note(serve(*finder.next()), true);
    }
    return finder.found();
}

chatload::run_command search_command() {
    chatload::run_command made;
    made.asked.loads.emplace_back().rate = 1000;
    made.asked.duration = 1s;
    made.slo = 20ms;
    return made;
}

/// A run of a server that carries so many lines a second.
run_figures pretend_run(const plan& asked, double carries) {
    const limit_step step = answer(asked.loads.front().rate, carries);
    run_figures made;
    made.measured = asked.duration;
    auto& load = made.loads.emplace_back();
    load.done.lines = static_cast<std::uint64_t>(step.reached);
    load.latencies.emplace_back().name = "echo";
    load.latencies.back().times.record(step.p99);
    return made;
}

} // namespace

TEST_CASE("the highest rate held is found within five percent", "[limit-search]") {
    const double carries = GENERATE(13.0, 900.0, 1000.0, 1001.0, 47'000.0, 800'000.0);
    const auto found = searched(1000, [&](double rate) { return answer(rate, carries); });
    REQUIRE(found.highest_held);
    CHECK(*found.highest_held <= carries);
    CHECK(*found.highest_held > carries / 1.06);
    CHECK_FALSE(found.generator_bound);
    CHECK(found.steps.size() < 40);
    for (const limit_step& step : found.steps)
        CHECK(step.held == (step.rate <= carries));
}

TEST_CASE("one bad try of a rate does not end the search", "[limit-search]") {
    int tries = 0;
    const auto found = searched(1000, [&](double rate) {
        return answer(rate, ++tries % 2 == 1 ? 1.0 : 40'000.0); // every other one is a hiccup
    });
    REQUIRE(found.highest_held);
    CHECK(*found.highest_held > 37'000);
}

TEST_CASE("a rate that did not come or a faulty run is not held", "[limit-search]") {
    limit_finder finder(1000, 20ms);
    finder.note({.rate = 1000, .reached = 850, .p99 = 1ms}, true);
    CHECK_FALSE(finder.found().steps.back().held);
    finder.note({.rate = 1000, .reached = 1000, .p99 = 1ms}, false);
    CHECK_FALSE(finder.found().steps.back().held);
    CHECK_FALSE(finder.found().highest_held);
    CHECK(finder.next() == 500.0);
}

TEST_CASE("a search ends where the generator is the bottleneck", "[limit-search]") {
    const auto found = searched(1000, [&](double rate) {
        limit_step step = answer(rate, 8000);
        step.generator_bound = rate > 8000;
        return step;
    });
    CHECK(found.generator_bound);
    CHECK(found.highest_held == 8000.0);
    CHECK(found.steps.size() == 6); // 1000 to 8000, and 16000 twice
}

TEST_CASE("a search that starts beyond the generator's limit goes down", "[limit-search]") {
    const auto found = searched(64'000, [&](double rate) {
        limit_step step = answer(rate, 9000);
        step.generator_bound = rate > 9000;
        return step;
    });
    CHECK(found.highest_held == 8000.0);
    CHECK(found.generator_bound); // between 8000 and 16000
}

TEST_CASE("a server that holds nothing has no limit", "[limit-search]") {
    const auto found = searched(1000, [](double rate) { return answer(rate, 0); });
    CHECK_FALSE(found.highest_held);
    CHECK(found.steps.back().rate < 20);
}

TEST_CASE("a step is what the raised load has done", "[limit-search]") {
    plan asked;
    asked.loads.resize(2);
    asked.loads[1].rate = 300;
    run_figures run;
    run.measured = 2s;
    run.loads.resize(2);
    run.loads[1].done.lines = 500;
    run.loads[1].latencies.resize(2);
    run.loads[1].latencies[0].name = "login";
    run.loads[1].latencies[0].times.record(9s);
    run.loads[1].latencies[1].name = "others";
    run.loads[1].latencies[1].times.record(3ms);
    const limit_step step = chatload::step_of(run, asked, 1, 20ms);
    CHECK(step.rate == 300);
    CHECK(step.reached == 250);
    CHECK(step.p99 < 4ms);
    CHECK_FALSE(step.generator_bound);
    run.loads[1].latest_send = 21ms;
    CHECK(chatload::step_of(run, asked, 1, 20ms).generator_bound);
    run.loads[1].latest_send = 0ms;
    run.generator.busiest_thread = 0.95;
    CHECK(chatload::step_of(run, asked, 1, 20ms).generator_bound);
    run.generator.busiest_thread = 0.5;
    run.generator.wait = 1900ms;
    CHECK(chatload::step_of(run, asked, 1, 20ms).generator_bound);
}

TEST_CASE("a search keeps the run at the highest rate held", "[limit-search]") {
    std::vector<std::string> titles;
    const auto report = chatload::do_runs(
        search_command(), {[](const plan& one) { return pretend_run(one, 5000); },
                           [] { return false; }, [&](std::string t) { titles.push_back(t); }});
    REQUIRE(report.limit);
    REQUIRE(report.runs.size() == 1);
    CHECK(report.runs[0].loads[0].done.lines ==
          static_cast<std::uint64_t>(*report.limit->highest_held));
    CHECK_FALSE(report.partial);
    REQUIRE(titles.size() == report.limit->steps.size());
    CHECK(titles[1] == "step 2, 2000/s");
}

TEST_CASE("a run that found a violation or never measured ends a search", "[limit-search]") {
    const bool violation = GENERATE(true, false);
    int runs = 0;
    const auto report = chatload::do_runs(search_command(),
                                          {[&](const plan& one) {
                                               run_figures run = pretend_run(one, 1e9);
                                               if (++runs < 3)
                                                   return run;
                                               if (violation)
                                                   run.found.count(chatload::violation_kind::lost);
                                               else
                                                   run.measured = 0s;
                                               return run;
                                           },
                                           [] { return false; }, [](const std::string&) {}});
    CHECK(runs == 3);
    CHECK(report.partial);
    REQUIRE(report.runs.size() == 1);
    CHECK(report.runs[0].found.total() == (violation ? 1 : 0));
}

TEST_CASE("repeated runs are all kept until one is interrupted", "[limit-search]") {
    chatload::run_command asked = search_command();
    asked.slo.reset();
    asked.repeat = 4;
    const int interrupted_at = GENERATE(0, 2, 3);
    int runs = 0;
    std::vector<std::string> titles;
    const auto report = chatload::do_runs(asked, {[&](const plan& one) {
                                                      run_figures run = pretend_run(one, 1e9);
                                                      run.interrupted = ++runs == interrupted_at;
                                                      return run;
                                                  },
                                                  [] { return false; },
                                                  [&](std::string t) { titles.push_back(t); }});
    CHECK(report.runs.size() == (interrupted_at == 0 ? 4U : static_cast<unsigned>(interrupted_at)));
    CHECK(report.partial == (interrupted_at != 0));
    CHECK(titles.front() == "run 1 of 4");
}
