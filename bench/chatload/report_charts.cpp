#include "bench/chatload/report_charts.hpp"

#include "bench/chatload/report_figures.hpp"
#include "bench/measure/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace chatload {

namespace {

using bench::line_chart;
using bench::point;
using bench::scale;
using bench::unit;
using in_second = std::function<double(const second_figures&, double length)>;

std::string joined(const std::string& a, const std::string& b) {
    return a.empty() || b.empty() ? a + b : a + ' ' + b;
}

double ns(std::chrono::nanoseconds time) { return static_cast<double>(time.count()); }

void add_chart(bench::page& page, const line_chart& chart) {
    const bool has_values =
        std::any_of(chart.lines.begin(), chart.lines.end(), [](const bench::series& line) {
            return std::any_of(line.points.begin(), line.points.end(),
                               [](const point& each) { return std::isfinite(each.y); });
        });
    if (has_values)
        page.add(chart);
}

std::vector<point> points_of(const run_figures& run, const in_second& value) {
    std::vector<point> points;
    std::chrono::nanoseconds before{};
    for (const second_figures& second : run.seconds) {
        points.push_back(
            {bench::seconds(second.at), value(second, bench::seconds(second.at - before))});
        before = second.at;
    }
    return points;
}

/// Adds a line for each run of each report.
void add_lines(line_chart& into, const std::vector<charted_report>& reports,
               const std::string& name, const in_second& value) {
    for (const charted_report& each : reports) {
        for (const run_figures& run : each.report.runs) {
            if (!run.seconds.empty())
                into.lines.push_back({joined(each.name, name), points_of(run, value)});
        }
    }
}

/// Calls repeated runs by their numbers, where each has but one line; else lines are called by what
/// they show, or whose they are.
void name_runs(line_chart& chart, const std::vector<charted_report>& reports) {
    const std::size_t runs = reports.front().report.runs.size();
    if (reports.size() > 1 || runs < 2 || chart.lines.size() != runs)
        return;
    for (std::size_t i = 0; i < runs; ++i)
        chart.lines[i].name = fmt::format("run {}", i + 1);
}

line_chart over_time(std::string title, bench::axis y) {
    return {std::move(title), "", {"time since measuring began", unit::seconds},
            std::move(y),     {}, {}};
}

bool any_second(const std::vector<charted_report>& reports,
                const std::function<bool(const second_figures&)>& is) {
    for (const charted_report& each : reports) {
        for (const run_figures& run : each.report.runs) {
            if (std::any_of(run.seconds.begin(), run.seconds.end(), is))
                return true;
        }
    }
    return false;
}

/// Whether any value differs from another.
bool changes(const line_chart& chart) {
    for (const bench::series& line : chart.lines) {
        for (const point& each : line.points) {
            if (each.y != chart.lines.front().points.front().y)
                return true;
        }
    }
    return false;
}

line_chart rate_chart(const std::vector<charted_report>& reports) {
    line_chart chart = over_time("Throughput over time", {"per second", unit::number, scale::fit});
    const auto add = [&](const char* name, std::uint64_t counts::*count) {
        const auto done = [=](const second_figures& second) { return second.done.*count > 0; };
        if (any_second(reports, done))
            add_lines(chart, reports, name, [=](const second_figures& second, double length) {
                return length > 0 ? static_cast<double>(second.done.*count) / length : NAN;
            });
    };
    add("deliveries", &counts::deliveries);
    add("answers", &counts::answers);
    add("logins", &counts::logins);
    name_runs(chart, reports);
    return chart;
}

line_chart latency_chart(const std::vector<charted_report>& reports) {
    line_chart chart = over_time("Latency over time", {"latency", unit::nanoseconds, scale::fit});
    const bool few = reports.size() == 1 && reports.front().report.runs.size() == 1;
    const auto add = [&](const char* name, std::chrono::nanoseconds second_figures::*of) {
        add_lines(chart, reports, name, [=](const second_figures& second, double) {
            return (second.*of).count() > 0 ? ns(second.*of) : NAN; // 0: nothing came
        });
    };
    if (few)
        add("p50", &second_figures::p50);
    add("p99", &second_figures::p99);
    if (few)
        add("longest", &second_figures::max);
    name_runs(chart, reports);
    return chart;
}

line_chart cpu_chart(const std::vector<charted_report>& reports) {
    line_chart chart = over_time("CPU over time", {"share of one core", unit::share});
    add_lines(chart, reports, "server", [](const second_figures& second, double) {
        return second.server_cpu_share.value_or(NAN);
    });
    if (reports.size() == 1)
        add_lines(chart, reports, "generator",
                  [](const second_figures& second, double) { return second.own_cpu_share; });
    return chart;
}

/// The chart of that title, a new one if need be.
line_chart& chart_of(std::vector<line_chart>& charts, const std::string& title) {
    for (line_chart& chart : charts) {
        if (chart.title == title)
            return chart;
    }
    return charts.emplace_back(bench::percentile_chart(title));
}

/// Adds a line for each kind of latency: side by side with others, to a chart of that kind; else
/// all to one chart, but for logins.
void add_percentiles(std::vector<line_chart>& charts, const charted_report& of, bool side_by_side) {
    const std::vector<load>& loads = of.report.asked.loads;
    for (std::size_t i = 0; i < loads.size(); ++i) {
        for (const std::string& kind : latency_kinds(of.report, i)) {
            const std::string name = joined(loads.size() > 1 ? loads[i].name : "", kind);
            const std::string title = side_by_side      ? "Latency by percentile: " + name
                                      : kind == "login" ? "Time to log in, by percentile"
                                                        : "Latency by percentile";
            chart_of(charts, title)
                .lines.push_back({side_by_side ? of.name : name,
                                  bench::percentile_points(*all_latencies(of.report, i, kind))});
        }
    }
}

std::vector<point> sorted(std::vector<point> points) {
    std::sort(points.begin(), points.end(), [](const point& a, const point& b) {
        return a.x < b.x || (a.x == b.x && a.y < b.y);
    });
    return points;
}

/// Those that held, or those that did not; a try to which nothing came has no place in a chart.
std::vector<point> tries(const limit_search& limit, bool held) {
    std::vector<point> points;
    for (const limit_step& step : limit.steps) {
        if (step.held == held && step.p99.count() > 0)
            points.push_back({step.rate, ns(step.p99)});
    }
    return sorted(std::move(points));
}

/// The shortest 99th percentile of each rate.
std::vector<point> best_tries(const limit_search& limit) {
    std::vector<point> all = tries(limit, true);
    const std::vector<point> others = tries(limit, false);
    all.insert(all.end(), others.begin(), others.end());
    all = sorted(std::move(all));
    const auto same_rate = [](const point& a, const point& b) { return a.x == b.x; };
    all.erase(std::unique(all.begin(), all.end(), same_rate), all.end());
    return all;
}

} // namespace

void add_latency_charts(bench::page& page, const std::vector<charted_report>& reports) {
    std::vector<line_chart> charts;
    for (const charted_report& each : reports)
        add_percentiles(charts, each, reports.size() > 1);
    if (charts.empty())
        return;
    add_chart(page, charts.front());
    add_chart(page, latency_chart(reports));
    for (std::size_t i = 1; i < charts.size(); ++i)
        add_chart(page, charts[i]);
}

void add_throughput_charts(bench::page& page, const std::vector<charted_report>& reports) {
    add_chart(page, rate_chart(reports));
    add_chart(page, cpu_chart(reports));
    line_chart memory = over_time("Server's memory over time", {"resident", unit::bytes});
    add_lines(memory, reports, "", [](const second_figures& second, double) {
        return second.server_resident ? static_cast<double>(*second.server_resident) : NAN;
    });
    name_runs(memory, reports);
    add_chart(page, memory);
    line_chart connected = over_time("Connections over time", {"connected", unit::number});
    add_lines(connected, reports, "", [](const second_figures& second, double) {
        return static_cast<double>(second.connected);
    });
    name_runs(connected, reports);
    if (changes(connected))
        add_chart(page, connected);
}

void add_limit_chart(bench::page& page, const std::vector<charted_report>& reports) {
    line_chart chart{"p99 by offered rate",
                     "Each try is a run of its own; the line joins the better try of each rate.",
                     {"offered, per second", unit::number, scale::fit},
                     {"p99", unit::nanoseconds, scale::fit},
                     {},
                     {}};
    for (const charted_report& each : reports) {
        if (!each.report.limit)
            continue;
        const limit_search& limit = *each.report.limit;
        chart.lines.push_back({joined(each.name, "p99"), best_tries(limit)});
        chart.limit = bench::level{ns(limit.slo), bench::duration(limit.slo) + " allowed"};
        if (reports.size() > 1)
            continue;
        for (const bool held : {false, true})
            chart.lines.push_back({held ? "held" : "not held", tries(limit, held), false});
    }
    add_chart(page, chart);
}

} // namespace chatload
