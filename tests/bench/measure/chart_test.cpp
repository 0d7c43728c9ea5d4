#include "bench/measure/chart.hpp"

#include "support/catch.hpp"
#include "support/markup.hpp"

#include <cmath>
#include <memory>
#include <string>

using bench::line_chart;
using bench::series;
using bench::unit;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinRel;
using support::markup_fault;
using support::occurrences;

namespace {

line_chart rate_over_time() {
    return {"Deliveries & more",
            "a <note>",
            {"time", unit::seconds},
            {"rate", unit::number},
            {{"echo", {{1, 100}, {2, 200}, {3, 150}}}, {"others", {{1, 50}, {2, 60}, {3, 70}}}},
            {}};
}

} // namespace

TEST_CASE("a line chart has a line and a legend for each series", "[chart]") {
    const std::string html = draw(rate_over_time());
    CHECK(markup_fault(html).empty());
    CHECK_THAT(html, ContainsSubstring("<h3>Deliveries &amp; more</h3>"));
    CHECK_THAT(html, ContainsSubstring("a &lt;note&gt;"));
    CHECK(occurrences(html, "<g class=\"s0\">") == 1);
    CHECK(occurrences(html, "<g class=\"s1\">") == 1);
    CHECK(occurrences(html, "<li>") == 2);
}

TEST_CASE("a chart tells its values to who points and to who listens", "[chart]") {
    const std::string html = draw(rate_over_time());
    CHECK_THAT(html, ContainsSubstring("<title>echo: 200 at 2 s</title>"));
    CHECK_THAT(html, ContainsSubstring("role=\"img\" aria-label=\"Deliveries &amp; more: rate over "
                                       "time. echo: 100 to 200. others: 50 to 70.\""));
}

TEST_CASE("values lie where the axes say", "[chart]") {
    const line_chart chart{"", "", {"", unit::number}, {"", unit::number}, {{"", {{0, 0}, {1, 1}}}},
                           {}};
    // The corners of the plot.
    CHECK_THAT(draw(chart), ContainsSubstring("d=\"M78.0 230.0L468.0 28.0\""));
}

TEST_CASE("lines of one name look alike and stand in the legend once", "[chart]") {
    line_chart chart = rate_over_time();
    chart.lines.push_back({"echo", {{1, 900}, {2, 1000}}});
    const std::string html = draw(chart);
    CHECK(markup_fault(html).empty());
    CHECK(occurrences(html, "<li>") == 2);
    CHECK(occurrences(html, "class=\"line\"") == 3 + 2); // the legend's as well
    CHECK(occurrences(html, "<g class=\"s2\">") == 0);
    CHECK_THAT(html, ContainsSubstring("echo: 100 to 1 k."));
}

TEST_CASE("points that are not joined are all marked", "[chart]") {
    line_chart chart = rate_over_time();
    chart.lines = {{"tries", {}, false}};
    for (int i = 1; i <= 20; ++i)
        chart.lines[0].points.push_back({i * 1.0, 1.0});
    const std::string html = draw(chart);
    CHECK(occurrences(html, "class=\"mark\"") == 20);
    CHECK(occurrences(html, "class=\"line\"") == 0);
}

TEST_CASE("a value that is missing makes a gap", "[chart]") {
    line_chart chart = rate_over_time();
    chart.lines = {{"echo", {{1, 10}, {2, 10}, {3, NAN}, {4, 10}, {5, 10}}}};
    const std::string html = draw(chart);
    const std::size_t at = html.find("class=\"line\" d=\"");
    const std::string path = html.substr(at, html.find("/>", at) - at);
    CHECK(occurrences(path, "M") == 2);
    CHECK(occurrences(path, "L") == 2);
    CHECK_THAT(html, !ContainsSubstring("nan"));
}

TEST_CASE("an hour of seconds has a page's worth of marks", "[chart]") {
    line_chart chart = rate_over_time();
    chart.lines = {{"echo", {}}};
    for (int i = 0; i < 3600; ++i)
        chart.lines[0].points.push_back({i * 1.0, i * 1.0});
    const std::string html = draw(chart);
    CHECK(occurrences(html, "<title>") <= 70);
    CHECK_THAT(html, ContainsSubstring("<title>echo: 3.599 k at 3599 s</title>"));
}

TEST_CASE("a chart without values says so", "[chart]") {
    line_chart chart = rate_over_time();
    chart.lines = {{"echo", {{1, NAN}}}};
    const std::string html = draw(chart);
    CHECK(markup_fault(html).empty());
    CHECK_THAT(html, ContainsSubstring("no values"));
}

TEST_CASE("a limit is drawn within the chart", "[chart]") {
    line_chart chart = rate_over_time();
    chart.limit = {400, "limit & all"};
    const std::string html = draw(chart);
    CHECK_THAT(html,
               ContainsSubstring("d=\"M78 28.0H468\"") && ContainsSubstring("limit &amp; all"));
}

TEST_CASE("percentile points lead from the shortest to the longest", "[chart]") {
    const auto times = std::make_unique<bench::histogram>();
    CHECK(bench::percentile_points(*times).empty());
    for (int i = 1; i <= 10'000; ++i)
        times->record(std::chrono::microseconds{i});
    const auto points = bench::percentile_points(*times);
    CHECK(points.front().x == 0);
    CHECK_THAT(points.back().x, WithinRel(99.99, 1e-9));
    CHECK(points.back().y == 10e6);
    for (std::size_t i = 1; i < points.size(); ++i) {
        REQUIRE(points[i].x > points[i - 1].x);
        REQUIRE(points[i].y >= points[i - 1].y);
    }
}

TEST_CASE("a bar chart has bars with their figures and spreads", "[chart]") {
    const bench::bar_chart chart{"CPU",
                                 "",
                                 unit::nanoseconds,
                                 {"10 members", "100 members"},
                                 {{"chatd", {{90, 85, 95, 5}, {100, 100, 100, 1}}},
                                  {"other <b>", {{180, 170, 200, 5}, {}}}}};
    const std::string html = draw(chart);
    CHECK(markup_fault(html).empty());
    CHECK(occurrences(html, "class=\"bar\"") == 3);
    CHECK(occurrences(html, "class=\"spread\"") == 2);
    CHECK_THAT(html,
               ContainsSubstring("<title>10 members: 90 ns (85 ns to 95 ns in 5 runs)</title>"));
    CHECK_THAT(html, ContainsSubstring("not measured") && ContainsSubstring("other &lt;b&gt;"));
    CHECK_THAT(html, ContainsSubstring("chatd, 100 members: 100 ns."));
    // As long as 180 of 200 are of the 270 that the highest end gets.
    CHECK_THAT(html, ContainsSubstring("width=\"243.0\""));
}
