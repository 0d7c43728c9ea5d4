#include "bench/chatload/report_verdict.hpp"
#include "bench/chatload/sample_report.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using bench::tone;
using chatload::verdict_of;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

std::string warnings_of(const chatload::run_report& report) {
    const chatload::verdict found = verdict_of(report);
    CHECK(found.how == (found.warnings.empty() ? tone::ok : tone::warn));
    return joined(found.warnings);
}

} // namespace

TEST_CASE("a good run has no warning", "[report_verdict]") {
    CHECK(warnings_of(*sample::good_report()).empty());
    CHECK(verdict_of(*sample::repeated_report(3)).how == tone::ok);
}

TEST_CASE("a generator that was the bottleneck makes a warning", "[report_verdict]") {
    const auto report = sample::good_report();
    report->runs[0].generator.busiest_thread = 0.85;
    CHECK(warnings_of(*report).empty());
    report->runs[0].generator.busiest_thread = 0.93;
    CHECK_THAT(warnings_of(*report),
               ContainsSubstring("the generator was the bottleneck (93.0 % of a core"));
}

TEST_CASE("a generator that other processes held up makes a warning", "[report_verdict]") {
    const auto report = sample::good_report();
    report->runs[0].generator.wait = 7s;
    CHECK_THAT(warnings_of(*report), ContainsSubstring("other processes held the generator up "
                                                       "(70.0 % of the time without a core)"));
    report->asked.threads = 4; // each waited a fourth of that
    CHECK(warnings_of(*report).empty());
    report->asked.threads = 3; // more than a fifth of the time
    CHECK_THAT(warnings_of(*report), ContainsSubstring("23.3 % of the time"));
}

TEST_CASE("a machine whose cores were all in use makes a warning", "[report_verdict]") {
    const auto report = sample::good_report();
    report->machine.cores = 2;
    report->runs[0].server->cpu = 10s;
    report->runs[0].generator.cpu = 8900ms;
    CHECK_THAT(warnings_of(*report),
               ContainsSubstring("server and generator used 189.0 % of 2 cores"));
    report->machine.cores = 4;
    CHECK(warnings_of(*report).empty());
}

TEST_CASE("a late schedule makes a warning where the latency shows it", "[report_verdict]") {
    const auto report = sample::good_report();
    report->runs[0].loads[0].latest_send = 4ms; // as late as a timer may be
    CHECK(warnings_of(*report).empty());
    report->runs[0].loads[0].latest_send = 6ms;
    CHECK_THAT(warnings_of(*report),
               ContainsSubstring("the schedule of fan-out was late by up to 6 ms"));
    for (int i = 0; i < 1000; ++i)
        report->runs[0].loads[0].latencies[0].times.record(1s);
    CHECK(warnings_of(*report).empty()); // beside a second, 6 ms is nothing
}

TEST_CASE("a run that ended early keeps its figures and says so", "[report_verdict]") {
    const auto interrupted = sample::good_report();
    interrupted->runs[0].interrupted = true;
    CHECK_THAT(warnings_of(*interrupted), ContainsSubstring("interrupted: ended early"));
    const auto partial = sample::good_report();
    partial->partial = true;
    CHECK_THAT(warnings_of(*partial), ContainsSubstring("partial: "));
    CHECK_THAT(verdict_of(*partial).good, ContainsSubstring("each whole, once and in one order"));
}

TEST_CASE("failures are listed and those left out counted", "[report_verdict]") {
    const auto report = sample::repeated_report(2);
    report->runs[1].failures = {"client ux00001: closed by the server"};
    report->runs[1].failure_count = 3;
    const chatload::verdict found = verdict_of(*report);
    CHECK(found.how == tone::bad);
    CHECK(found.summary == "failed");
    CHECK(joined(found.errors) ==
          "run 2: client ux00001: closed by the server\nrun 2: 2 more like these\n");
}

TEST_CASE("violations make the verdict", "[report_verdict]") {
    const auto report = sample::good_report();
    report->runs[0].found.count(chatload::violation_kind::doubled);
    const chatload::verdict found = verdict_of(*report);
    CHECK(found.how == tone::bad);
    CHECK_THAT(found.summary, ContainsSubstring("did not deliver every line"));
    CHECK(joined(found.errors) == "1 violation: 1 doubled\n");
}

TEST_CASE("a search that no rate held is a warning", "[report_verdict]") {
    chatload::run_report report;
    report.limit = chatload::limit_search{20ms, {}, {{1000, 900, 45ms, false}}};
    const chatload::verdict found = verdict_of(report);
    CHECK(report.ok());
    CHECK(found.how == tone::warn);
    CHECK(found.summary == "no rate that was tried kept p99 within 20 ms");
    report.limit.reset();
    CHECK(verdict_of(report).how == tone::bad);
}

TEST_CASE("a report says which order the lines of its protocol were held to", "[report_verdict]") {
    const auto report = sample::good_report();
    CHECK_THAT(verdict_of(*report).summary, ContainsSubstring("once and in one order"));
    report->asked.protocol = "nats";
    CHECK_THAT(verdict_of(*report).summary, ContainsSubstring("once and in its speaker's order"));
}
