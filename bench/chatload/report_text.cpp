#include "bench/chatload/report_text.hpp"

#include "bench/chatload/plan_text.hpp"
#include "bench/chatload/report_figures.hpp"
#include "bench/chatload/report_rows.hpp"
#include "bench/chatload/report_verdict.hpp"
#include "bench/measure/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace chatload {

namespace {

using bench::duration;
using bench::plural;
using buffer = fmt::memory_buffer;

template <class... Args>
void print(buffer& out, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

void print_rows(buffer& out, const report_rows& rows) {
    std::size_t width = 10;
    for (const auto& [name, value] : rows)
        width = std::max(width, name.size());
    for (const auto& [name, value] : rows)
        print(out, "  {:<{}} {}\n", name, width, value);
}

report_rows latency_texts(const run_report& report, const run_figures& run) {
    report_rows rows;
    for (const auto& [name, times] : latency_rows(report, run))
        rows.emplace_back(
            name, fmt::format("p50 {}, p90 {}, p99 {}, p99.9 {}, max {}  ({})",
                              duration(times->percentile(50)), duration(times->percentile(90)),
                              duration(times->percentile(99)), duration(times->percentile(99.9)),
                              duration(times->max()), plural(times->count(), "time")));
    return rows;
}

void print_run(buffer& out, const run_report& report, const run_figures& run) {
    report_rows rows = run_rows(report, run);
    const report_rows latencies = latency_texts(report, run);
    // Before what it cost, after what was done.
    const auto costs = std::find_if(rows.begin(), rows.end(), [](const auto& row) {
        return row.first == "server" || row.first == "generator";
    });
    rows.insert(costs, latencies.begin(), latencies.end());
    print_rows(out, rows);
}

void print_repeated(buffer& out, const run_report& report) {
    print(out, "{} runs, the median of each figure (lowest to highest):\n", report.runs.size());
    report_rows rows;
    for (const figure& each : figures_of(report))
        rows.emplace_back(each.load.empty() ? each.name : each.load + ' ' + each.name,
                          spread_text(each));
    print_rows(out, rows);
}

void print_limit(buffer& out, const limit_search& limit) {
    print(out, "search for the highest rate with p99 within {}:\n", duration(limit.slo));
    for (const limit_step& step : limit.steps)
        print(out, "  {:>12}  p99 {:>10}  {}\n", bench::quantity(step.rate, "/s"),
              duration(step.p99), step_text(step));
    if (limit.highest_held)
        print(out, "the figures of the highest rate that held:\n");
}

void print_verdict(buffer& out, const run_report& report) {
    const verdict found = verdict_of(report);
    for (const std::string& warning : found.warnings)
        print(out, "warning: {}\n", warning);
    for (const std::string& error : found.errors)
        print(out, "error: {}\n", error);
    for (const run_figures& run : report.runs) {
        for (const violation& one : run.found.first())
            print(out, "  {}\n", violation_text(one));
    }
    if (report.limit)
        print(out, "{}\n", found.summary);
    if (!found.good.empty())
        print(out, "ok: {}\n", found.good);
}

} // namespace

std::string to_text(const run_report& report) {
    buffer out;
    print(out, "chatload: {}, {}\n", server_text(report.asked), setting_text(report.asked));
    print_rows(out, load_rows(report.asked));
    if (report.limit)
        print_limit(out, *report.limit);
    if (report.runs.size() == 1)
        print_run(out, report, report.runs.front());
    else if (!report.runs.empty())
        print_repeated(out, report);
    print_verdict(out, report);
    return fmt::to_string(out);
}

} // namespace chatload
