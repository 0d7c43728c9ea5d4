#include "bench/chatload/report_text.hpp"
#include "bench/chatload/sample_report.hpp"

#include "support/catch.hpp"

#include <string>

using chatload::to_text;
using chatload::violation_kind;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("a run without fault is summed up in words", "[report_text]") {
    const std::string text = to_text(*sample::good_report());
    CHECK_THAT(text, ContainsSubstring(
                         "chatload: 127.0.0.1:6666 (chatd), 64-byte lines, 10 s after 1 s of"));
    CHECK_THAT(text, ContainsSubstring("fan-out    100 clients, 1 sender, window 64\n"));
    CHECK_THAT(text, ContainsSubstring("10 s: 100.0 k deliveries/s, 1000 lines/s\n"));
    CHECK_THAT(text, ContainsSubstring("echo       p50 3") && ContainsSubstring("(5000 times)"));
    CHECK_THAT(text, ContainsSubstring("100 ns of CPU per delivery, 1.0 % of a core (schedstat)"));
    CHECK_THAT(text, ContainsSubstring("2.0 KiB more per session at login"));
    CHECK_THAT(text, ContainsSubstring("12.00 k context switches, 0.012 per delivery"));
    CHECK_THAT(text, ContainsSubstring("system calls, 1 per delivery"));
    CHECK_THAT(text, ContainsSubstring("2.5 µs of CPU per delivery, 25.0 % of a core"));
    CHECK_THAT(text, ContainsSubstring("ok: 11000 lines, 1100000 deliveries in all, each whole, "
                                       "once and in one order; 100 logins\n"));
    CHECK_THAT(text, !ContainsSubstring("warning") && !ContainsSubstring("error"));
}

TEST_CASE("several loads are told one by one", "[report_text]") {
    const auto report = sample::full_report();
    report->limit.reset();
    report->runs.pop_back();
    const std::string text = to_text(*report);
    CHECK_THAT(text, ContainsSubstring("  talk       rooms: 3 rooms of 50 clients, 2 senders in "
                                       "each, 1500.5 lines/s\n"));
    CHECK_THAT(text, ContainsSubstring("idle: 1000 idle connections, logged in\n"));
    CHECK_THAT(text, ContainsSubstring("  talk echo ") && ContainsSubstring("  sleepers login "));
    CHECK_THAT(text, ContainsSubstring("3 readers that had stopped reading closed by the server"));
}

TEST_CASE("repeated runs are summed up by median and spread", "[report_text]") {
    const std::string text = to_text(*sample::repeated_report(3));
    CHECK_THAT(text, ContainsSubstring("3 runs, the median of each figure (lowest to highest):\n"));
    CHECK_THAT(text, ContainsSubstring("deliveries                    99.01 k/s (98.04 k/s to "
                                       "100.0 k/s)\n"));
    CHECK_THAT(text, ContainsSubstring("ok: "));
}

TEST_CASE("a search shows what it tried and found", "[report_text]") {
    const auto report = sample::good_report();
    report->limit =
        chatload::limit_search{20ms, 1000, {{1000, 1000, 5ms, true}, {2000, 1900, 45ms, false}}};
    const std::string text = to_text(*report);
    CHECK_THAT(text, ContainsSubstring("search for the highest rate with p99 within 20 ms:\n"));
    CHECK_THAT(text, ContainsSubstring("1000/s  p99       5 ms  held\n") &&
                         ContainsSubstring("2000/s  p99      45 ms  not held\n"));
    CHECK_THAT(text,
               ContainsSubstring("\n1000/s is the highest rate that kept p99 within 20 ms\n"));
}

TEST_CASE("violations are counted by kind with the first ones below", "[report_text]") {
    const auto report = sample::good_report();
    chatload::violations& found = report->runs[0].found;
    found.add({violation_kind::torn, "ux00001", 17, "half\x1b[1m", "whole"});
    found.add({violation_kind::lost, "ux00002", 18, "", "gone"});
    found.count(violation_kind::lost, 40);
    const std::string text = to_text(*report);
    CHECK_THAT(text, ContainsSubstring("error: 42 violations: 41 lost, 1 torn\n"));
    CHECK_THAT(text,
               ContainsSubstring(R"(ux00001, line 17: torn: "half\u001b[1m"; expected "whole")"));
    CHECK_THAT(text, ContainsSubstring("ux00002, line 18: lost; expected \"gone\"\n"));
    CHECK_THAT(text, !ContainsSubstring("ok:"));
}

TEST_CASE("a run that measured nothing has its text all the same", "[report_text]") {
    chatload::run_report none;
    none.runs.emplace_back();
    none.runs[0].failures = {"cannot connect"};
    none.runs[0].failure_count = 1;
    none.runs[0].server.emplace();
    const std::string text = to_text(none);
    CHECK_THAT(text, ContainsSubstring("error: cannot connect\n"));
    CHECK_THAT(text, !ContainsSubstring("nan") && !ContainsSubstring("ok:"));
}
