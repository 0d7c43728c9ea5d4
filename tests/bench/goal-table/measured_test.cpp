#include "bench/goal-table/measured.hpp"

#include "bench/chatload/run_report.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cmath>

using Catch::Matchers::Message;
using goals::longest_iteration_in;
using goals::measured_of;
using namespace std::chrono_literals;

namespace {

/// A room of 102 of whom 100 stalled while 10 lines were said.
chatload::run_report report_of_stalled() {
    chatload::run_figures run;
    run.measured = 2s;
    run.done.lines = 10;
    run.done.deliveries = 1000;
    auto& server = run.server.emplace();
    server.cpu = 4ms;
    server.system_calls = 500;
    server.resident_logged_in = 1'000'000;
    server.resident_end = 1'010'640;
    run.loads.push_back({});
    chatload::latency others{.name = "others", .times = {}};
    others.times.record(70us);
    run.loads.front().latencies.push_back(std::move(others));
    run.generator.wait = 200ms;
    chatload::run_report made;
    auto& load = made.asked.loads.emplace_back();
    load.kind = chatload::workload::stalled;
    load.clients = 125;
    load.share = 0.8;
    made.runs.push_back(std::move(run));
    return made;
}

} // namespace

TEST_CASE("a trial's figures are read out of the load's report", "[goals]") {
    const auto found = measured_of(report_of_stalled());
    CHECK(found.cpu == 4e6);
    CHECK(found.cpu_a_delivery == 4000);
    CHECK(found.calls_a_delivery == 0.5);
    CHECK(found.p99 == Catch::Approx(70'000).epsilon(0.01));
    CHECK(found.unshared_bytes == 100); // (10 640 - 10 lines of 64 bytes) / 100
    CHECK(found.held_up == 0.1);
    CHECK(std::isnan(found.longest_iteration));
}

TEST_CASE("threads of a load that wait for each other are not held up by others", "[goals]") {
    auto report = report_of_stalled();
    report.asked.threads = 2;
    CHECK(measured_of(report).held_up == 0);
}

TEST_CASE("growth is only told where readers stalled", "[goals]") {
    auto report = report_of_stalled();
    report.asked.loads.front().kind = chatload::workload::fan_out;
    CHECK(std::isnan(measured_of(report).unshared_bytes));
}

TEST_CASE("a trial with a fault has no figures", "[goals]") {
    auto report = report_of_stalled();
    report.runs.front().failures = {"3 clients: closed by the server"};
    CHECK_THROWS_MATCHES(measured_of(report), std::runtime_error,
                         Message("3 clients: closed by the server"));
    report = report_of_stalled();
    report.runs.front().server.reset();
    CHECK_THROWS(measured_of(report));
    report.runs.clear();
    CHECK_THROWS(measured_of(report));
}

TEST_CASE("the longest iteration stands in the line with which chatd ends", "[goals]") {
    CHECK(longest_iteration_in("info stop iterations=12 longest_iteration_us=1500") == 1.5e6);
    CHECK_FALSE(longest_iteration_in("info stopping"));
    CHECK_FALSE(longest_iteration_in("info stop iterations=12"));
    CHECK_FALSE(longest_iteration_in("info stop longest_iteration_us="));
    CHECK_FALSE(longest_iteration_in(""));
}
