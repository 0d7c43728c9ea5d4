#include "bench/chatload/report_page.hpp"
#include "bench/chatload/sample_report.hpp"

#include "support/catch.hpp"
#include "support/markup.hpp"

#include <string>

using chatload::to_html;
using support::markup_fault;
using support::occurrences;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("the page of a run shows all that was measured", "[report_page]") {
    const std::string html = to_html(*sample::good_report());
    CHECK(markup_fault(html).empty());
    for (const char* chart : {"Latency by percentile", "Latency over time", "Throughput over time",
                              "CPU over time", "Server&#39;s memory over time"})
        CHECK_THAT(html, ContainsSubstring(std::string("<h3>") + chart + "</h3>"));
    CHECK_THAT(html, ContainsSubstring("verdict ok"));
    CHECK_THAT(html,
               ContainsSubstring("<dt>server CPU per delivery</dt><dd class=\"value\">100 ns"));
    CHECK_THAT(html, ContainsSubstring("100 clients, 1 sender, window 64"));
    CHECK_THAT(html, ContainsSubstring("A Processor, 4 cores"));
    CHECK_THAT(html, !ContainsSubstring("nan") && !ContainsSubstring("Connections over time"));
}

TEST_CASE("the page of repeated runs shows each and their spread", "[report_page]") {
    const std::string html = to_html(*sample::repeated_report(3));
    CHECK(markup_fault(html).empty());
    CHECK_THAT(html, ContainsSubstring(">run 3</th>") && ContainsSubstring("</svg> run 2</li>") &&
                         ContainsSubstring("Latency, all runs together"));
}

TEST_CASE("the page shows failures and violations as text", "[report_page]") {
    const std::string html = to_html(*sample::full_report());
    CHECK(markup_fault(html).empty());
    CHECK_THAT(html, ContainsSubstring("verdict bad"));
    CHECK_THAT(html, ContainsSubstring("run 1: client ux00001: closed by the server"));
    CHECK_THAT(html, ContainsSubstring("half\\ufffd&lt;b&gt;\\&quot;\\u001b"));
    CHECK_THAT(html, !ContainsSubstring("<b>"));
}

TEST_CASE("the page of a search has its curve", "[report_page]") {
    const auto report = sample::good_report();
    report->limit =
        chatload::limit_search{20ms, 1000, {{1000, 1000, 5ms, true}, {2000, 1900, 45ms, false}}};
    const std::string html = to_html(*report);
    CHECK(markup_fault(html).empty());
    CHECK_THAT(html, ContainsSubstring("<h3>p99 by offered rate</h3>") &&
                         ContainsSubstring("20 ms allowed"));
    CHECK(occurrences(html, "not held</td>") == 1);
}

TEST_CASE("the page of a run that measured nothing says why", "[report_page]") {
    chatload::run_report none;
    CHECK(markup_fault(to_html(none)).empty());
    none.runs.emplace_back();
    none.runs[0].failures = {"cannot connect"};
    none.runs[0].failure_count = 1;
    const std::string html = to_html(none);
    CHECK(markup_fault(html).empty());
    CHECK_THAT(html, ContainsSubstring("cannot connect") && !ContainsSubstring("<figure"));
}

TEST_CASE("connections are drawn where their number changes", "[report_page]") {
    const auto report = sample::good_report();
    report->runs[0].seconds[3].connected = 7;
    CHECK_THAT(to_html(*report), ContainsSubstring("Connections over time"));
}
