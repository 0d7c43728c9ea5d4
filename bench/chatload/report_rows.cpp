#include "bench/chatload/report_rows.hpp"

#include "bench/chatload/plan_text.hpp"
#include "bench/chatload/report_figures.hpp"
#include "bench/measure/figures.hpp"

#include <fmt/format.h>

#include <cmath>

namespace chatload {

namespace {

using bench::duration;
using bench::percent;
using bench::plural;
using bench::quantity;
using bench::seconds;
using bench::size;

/// What was done, in rates; empty when nothing was.
std::string done_text(const counts& done, const run_figures& run) {
    std::string text;
    const auto add = [&](std::uint64_t count, const char* what) {
        if (count > 0)
            text += fmt::format("{}{}", text.empty() ? "" : ", ",
                                quantity(per_second(count, run), what));
    };
    add(done.deliveries, " deliveries/s");
    add(done.lines, " lines/s");
    add(done.answers, " answers/s");
    add(done.logins, " logins/s");
    return text;
}

void add_loads(report_rows& rows, const run_figures& run) {
    for (const load_figures& load : run.loads) {
        if (const std::string text = done_text(load.done, run);
            run.loads.size() > 1 && !text.empty())
            rows.emplace_back(load.name, text);
        if (load.closed_stalled > 0)
            rows.emplace_back(load.name, plural(load.closed_stalled, "reader") +
                                             " that had stopped reading closed by the server");
    }
}

/// How often in all, and for each piece of work.
std::string count_text(std::uint64_t count, const char* what, const run_report& report,
                       const run_figures& run) {
    const work& of = work_of(report);
    std::string text = fmt::format("{} {}", quantity(static_cast<double>(count)), what);
    if (const std::uint64_t done = run.done.*of.count; done > 0)
        text += fmt::format(", {:.4g} per {}",
                            static_cast<double>(count) / static_cast<double>(done), of.name);
    return text;
}

std::string cpu_text(std::chrono::nanoseconds cpu, const run_report& report,
                     const run_figures& run) {
    const work& of = work_of(report);
    std::string text;
    if (const std::uint64_t done = run.done.*of.count; done > 0)
        text = fmt::format("{} of CPU per {}, ",
                           duration(static_cast<double>(cpu.count()) / static_cast<double>(done)),
                           of.name);
    return text + percent(seconds(cpu) / seconds(run.measured)) + " of a core";
}

void add_server(report_rows& rows, const run_report& report, const run_figures& run) {
    const server_figures& server = *run.server;
    rows.emplace_back("server",
                      fmt::format("{} ({})", cpu_text(server.cpu, report, run), server.cpu_source));
    std::string memory =
        fmt::format("{} resident, {} at most", size(static_cast<double>(server.resident_end)),
                    size(static_cast<double>(server.resident_peak)));
    if (const double each = bytes_per_session(report.asked, run); std::isfinite(each))
        memory += fmt::format("; {} more per session at login", size(each));
    rows.emplace_back("", memory);
    if (server.context_switches)
        rows.emplace_back("",
                          count_text(*server.context_switches, "context switches", report, run));
    if (server.system_calls)
        rows.emplace_back("", count_text(*server.system_calls, "system calls", report, run));
    else if (!server.no_system_calls.empty())
        rows.emplace_back("", "system calls not counted: " + server.no_system_calls);
}

} // namespace

report_rows load_rows(const plan& asked) {
    report_rows rows;
    for (const load& each : asked.loads) {
        const std::string kind = to_string(each.kind);
        rows.emplace_back(each.name,
                          each.name == kind ? load_text(each) : kind + ": " + load_text(each));
    }
    return rows;
}

report_rows run_rows(const run_report& report, const run_figures& run) {
    report_rows rows;
    if (run.login_time.count() > 0)
        rows.emplace_back("login", fmt::format("{} until all were in, {}", duration(run.login_time),
                                               plural(run.whole_run.joins, "join notice")));
    if (run.measured.count() <= 0)
        return rows;
    const std::string done = done_text(run.done, run);
    rows.emplace_back(
        "measured", fmt::format("{}{}{}", duration(run.measured), done.empty() ? "" : ": ", done));
    add_loads(rows, run);
    if (run.server)
        add_server(rows, report, run);
    const generator_figures& own = run.generator;
    rows.emplace_back("generator",
                      fmt::format("{}, {} in its busiest thread, {} waiting for one",
                                  cpu_text(own.cpu, report, run), percent(own.busiest_thread),
                                  percent(seconds(own.wait) / seconds(run.measured))));
    return rows;
}

std::vector<latency_row> latency_rows(const run_report& report, const run_figures& run) {
    std::vector<latency_row> rows;
    for (const load_figures& load : run.loads) {
        for (const latency& each : load.latencies) {
            if (each.times.count() > 0)
                rows.push_back(
                    {report.asked.loads.size() > 1 ? load.name + ' ' + each.name : each.name,
                     &each.times});
        }
    }
    return rows;
}

std::string step_text(const limit_step& of) {
    constexpr double reached_share = 0.95; // less is another rate than the one offered
    if (of.held)
        return "held";
    std::string text = "not held";
    if (of.reached < reached_share * of.rate)
        text += ", only " + quantity(of.reached, "/s") + " came";
    if (of.generator_bound)
        text += "; the generator was the bottleneck";
    return text;
}

} // namespace chatload
