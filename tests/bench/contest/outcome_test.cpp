#include "bench/contest/outcome.hpp"

#include "bench/chatload/run_report.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <stdexcept>
#include <string>

using Catch::Matchers::Message;
using chatload::run_report;
using contest::figures_of;
using namespace std::chrono_literals;

namespace {

chatload::latency times_of(const char* name, std::chrono::nanoseconds time) {
    chatload::latency made{.name = name, .times = {}};
    made.times.record(time);
    return made;
}

run_report good_report() {
    chatload::run_figures run;
    run.measured = 2s;
    run.done.deliveries = 1'000'000;
    auto& server = run.server.emplace();
    server.cpu = 100ms;
    server.resident_before = 1'000'000;
    server.resident_logged_in = 1'600'000;
    run.loads.push_back({});
    run.loads.front().latencies = {times_of("echo", 50us), times_of("others", 70us)};
    run.generator.busiest_thread = 0.25;
    run_report made;
    made.asked.loads.resize(2);
    made.asked.loads[0].clients = 100;
    made.asked.loads[1].kind = chatload::workload::idle;
    made.asked.loads[1].clients = 200;
    made.runs.push_back(std::move(run));
    return made;
}

} // namespace

TEST_CASE("figures are read out of a load's report", "[contest]") {
    const auto found = figures_of(good_report());
    CHECK(found.cpu == 100);
    CHECK(found.deliveries == 500'000);
    CHECK(found.p50 == Catch::Approx(70'000).epsilon(0.01));
    CHECK(found.p99 == Catch::Approx(70'000).epsilon(0.01));
    CHECK(found.memory == 2000);
    CHECK(found.generator == 0.25);
}

TEST_CASE("few sessions tell nothing of what one takes", "[contest]") {
    auto report = good_report();
    report.asked.loads.resize(1);
    report.asked.loads.front().clients = 10;
    CHECK_FALSE(figures_of(report).memory);
}

TEST_CASE("a sender's own latency stands for that of members where there is no other",
          "[contest]") {
    auto report = good_report();
    report.runs.front().loads.front().latencies.pop_back();
    CHECK(figures_of(report).p50 == Catch::Approx(50'000).epsilon(0.01));
}

TEST_CASE("a run that failed has no figures but a reason", "[contest]") {
    auto report = good_report();
    auto& run = report.runs.front();
    std::string reason;
    SECTION("by a failure") {
        run.failures = {"client ann: closed by the server"};
        reason = "client ann: closed by the server";
    }
    SECTION("by an early end") {
        run.interrupted = true;
        reason = "chatload ended before it was done";
    }
    SECTION("without the server's cost") {
        run.server.reset();
        reason = "the server's process could not be watched";
    }
    SECTION("without a delivery") {
        run.done.deliveries = 0;
        reason = "nothing was delivered";
    }
    SECTION("without a run") {
        report.runs.clear();
        reason = "chatload measured nothing";
    }
    CHECK_THROWS_MATCHES(figures_of(report), std::runtime_error, Message(reason));
}
