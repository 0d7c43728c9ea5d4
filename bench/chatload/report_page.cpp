#include "bench/chatload/report_page.hpp"

#include "bench/chatload/plan_text.hpp"
#include "bench/chatload/report_charts.hpp"
#include "bench/chatload/report_figures.hpp"
#include "bench/chatload/report_rows.hpp"
#include "bench/chatload/report_verdict.hpp"
#include "bench/measure/figures.hpp"
#include "bench/measure/json_file.hpp"
#include "bench/measure/page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace chatload {

namespace {

using bench::cell;
using bench::duration;
using bench::page;
using bench::table;
using bench::tone;

void add_verdict(page& into, const run_report& report) {
    const verdict found = verdict_of(report);
    std::vector<std::string> details = found.errors;
    if (found.good != found.summary && !found.good.empty())
        details.push_back(found.good);
    details.insert(details.end(), found.warnings.begin(), found.warnings.end());
    into.verdict(found.how, found.summary, details);
}

/// Those that a reader looks for first.
void add_key_figures(page& into, const run_report& report) {
    std::vector<bench::key_figure> chosen;
    const auto is_key = [](const figure& of) {
        return of.name.ends_with("/s") || of.name == "deliveries" || of.name == "lines" ||
               of.name == "answers" || of.name == "logins" || of.name.ends_with(" p50") ||
               of.name.ends_with(" p99") || of.name.starts_with("server CPU") ||
               of.name == "server memory per session";
    };
    for (const figure& each : figures_of(report)) {
        const bench::spread all = bench::spread_of(each.runs);
        if (is_key(each))
            chosen.push_back({each.load.empty() ? each.name : each.load + ' ' + each.name,
                              figure_text(all.median, each),
                              all.runs > 1 ? fmt::format("{} to {}", figure_text(all.low, each),
                                                         figure_text(all.high, each))
                                           : ""});
    }
    if (report.limit && report.limit->highest_held)
        chosen.insert(chosen.begin(),
                      {"highest rate held", bench::quantity(*report.limit->highest_held, "/s"),
                       "p99 within " + duration(report.limit->slo)});
    if (!chosen.empty())
        into.figures(chosen);
}

void add_limit(page& into, const run_report& report) {
    if (!report.limit)
        return;
    into.heading("The highest rate");
    add_limit_chart(into, {{"", report}});
    table steps{"", {"offered", "p99", "within " + duration(report.limit->slo)}, {}};
    for (const limit_step& step : report.limit->steps)
        steps.rows.push_back({bench::quantity(step.rate, "/s"),
                              duration(step.p99),
                              {step_text(step), step.held ? tone::ok : tone::bad}});
    into.add(steps);
}

void add_latencies(page& into, const run_report& report) {
    table all{"", {"latency", "times", "p50", "p90", "p99", "p99.9", "p99.99", "max"}, {}};
    const bool several = report.asked.loads.size() > 1;
    for (std::size_t i = 0; i < report.asked.loads.size(); ++i) {
        for (const std::string& kind : latency_kinds(report, i)) {
            const auto times = all_latencies(report, i, kind);
            std::vector<cell> row = {several ? report.asked.loads[i].name + ' ' + kind : kind,
                                     std::to_string(times->count())};
            for (const double percent : {50.0, 90.0, 99.0, 99.9, 99.99, 100.0})
                row.emplace_back(duration(times->percentile(percent)));
            all.rows.push_back(std::move(row));
        }
    }
    if (all.rows.empty())
        return;
    into.heading(report.runs.size() > 1 ? "Latency, all runs together" : "Latency");
    add_latency_charts(into, {{"", report}});
    into.add(all);
}

void add_over_time(page& into, const run_report& report) {
    const bool has_seconds =
        std::any_of(report.runs.begin(), report.runs.end(),
                    [](const run_figures& run) { return !run.seconds.empty(); });
    if (!has_seconds)
        return;
    into.heading("Throughput and cost");
    add_throughput_charts(into, {{"", report}});
}

void add_rows(page& into, const report_rows& rows) {
    table of{"", {}, {}, false};
    for (const auto& [name, value] : rows)
        of.rows.push_back({name, value});
    into.add(of);
}

void add_runs(page& into, const run_report& report) {
    if (report.runs.size() == 1) {
        into.heading("What it did and cost");
        add_rows(into, run_rows(report, report.runs.front()));
    } else if (!report.runs.empty()) {
        into.heading("The runs");
        table all{"", {"figure", "median", "lowest", "highest", "spread"}, {}};
        for (std::size_t i = 0; i < report.runs.size(); ++i)
            all.columns.push_back(fmt::format("run {}", i + 1));
        for (const figure& each : figures_of(report)) {
            const bench::spread of = bench::spread_of(each.runs);
            std::vector<cell> row = {each.load.empty() ? each.name : each.load + ' ' + each.name,
                                     figure_text(of.median, each), figure_text(of.low, each),
                                     figure_text(of.high, each), bench::percent(of.relative())};
            for (const double value : each.runs)
                row.emplace_back(figure_text(value, each));
            all.rows.push_back(std::move(row));
        }
        into.add(all);
    }
}

void add_violations(page& into, const run_report& report) {
    table first{"", {"client", "line", "what", "came", "expected"}, {}, false};
    for (const run_figures& run : report.runs) {
        for (const violation& one : run.found.first())
            first.rows.push_back(
                {one.client,
                 std::to_string(one.position),
                 {to_string(one.kind), tone::bad},
                 one.got.empty() ? "nothing" : bench::json_string(one.got),
                 one.expected.empty() ? "no line" : bench::json_string(one.expected)});
    }
    if (first.rows.empty())
        return;
    into.heading("The first violations");
    into.add(first);
}

void add_setting(page& into, const run_report& report) {
    into.heading("Setting");
    report_rows rows = load_rows(report.asked);
    rows.emplace_back("all", setting_text(report.asked));
    rows.emplace_back("server", server_text(report.asked));
    if (!report.machine.cpu.empty())
        rows.emplace_back("machine", fmt::format("{}, {}", report.machine.cpu,
                                                 bench::plural(report.machine.cores, "core")));
    rows.emplace_back("system", report.machine.kernel);
    rows.emplace_back("generator", report.machine.program);
    rows.emplace_back("started", report.machine.started);
    add_rows(into, rows);
}

} // namespace

std::string to_html(const run_report& report) {
    page made{"chatload: " + server_text(report.asked),
              setting_text(report.asked) +
                  (report.machine.started.empty() ? "" : ", " + report.machine.started)};
    add_verdict(made, report);
    add_key_figures(made, report);
    add_limit(made, report);
    add_latencies(made, report);
    add_over_time(made, report);
    add_runs(made, report);
    add_violations(made, report);
    add_setting(made, report);
    return made.html();
}

} // namespace chatload
