#include "bench/chatload/report_verdict.hpp"

#include "bench/chatload/protocols/protocol.hpp"
#include "bench/chatload/report_figures.hpp"
#include "bench/measure/figures.hpp"
#include "bench/measure/json_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace chatload {

namespace {

using bench::percent;
using bench::plural;
using bench::seconds;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr double nearly_all = 0.9;         // of a core, or of all
constexpr double much_waiting = 0.2;       // of the time: no generator is precise then
constexpr nanoseconds late_send = 5ms;     // below, a timer's own lateness is no news
constexpr double late_share_of_p99 = 0.25; // a lateness that p99 hides anyway is no news either

/// Of the latencies that a late schedule makes longer.
nanoseconds p99_of(const load_figures& load) {
    nanoseconds longest{};
    for (const latency& each : load.latencies) {
        if (each.name != "login")
            longest = std::max(longest, each.times.percentile(99));
    }
    return longest;
}

std::string kinds(const violations& found) {
    std::string list;
    for (std::size_t i = 0; i < violation_kinds; ++i) {
        const auto kind = static_cast<violation_kind>(i);
        if (found.of(kind) > 0)
            list +=
                fmt::format("{}{} {}", list.empty() ? "" : ", ", found.of(kind), to_string(kind));
    }
    return list;
}

void add_errors(std::vector<std::string>& errors, const run_figures& run,
                const std::string& where) {
    for (const std::string& failure : run.failures)
        errors.push_back(where + failure);
    if (run.failure_count > run.failures.size())
        errors.push_back(
            fmt::format("{}{} more like these", where, run.failure_count - run.failures.size()));
    if (run.found.total() > 0)
        errors.push_back(fmt::format("{}{}: {}", where, plural(run.found.total(), "violation"),
                                     kinds(run.found)));
}

/// What the lines of a run were held to.
const char* order_held(const plan& asked) {
    const auto talk = make_protocol(asked.protocol);
    return talk == nullptr || talk->traits().one_order ? "in one order" : "in its speaker's order";
}

/// What was found to be right: of the whole runs, warm-up included.
std::string good_news(const run_report& report) {
    counts all;
    for (const run_figures& run : report.runs) {
        all.lines += run.whole_run.lines;
        all.deliveries += run.whole_run.deliveries;
        all.answers += run.whole_run.answers;
        all.logins += run.whole_run.logins;
    }
    std::vector<std::string> parts;
    if (all.deliveries > 0)
        parts.push_back(fmt::format(
            "{}, {} in all, each whole, once and {}", plural(all.lines, "line"),
            all.deliveries == 1 ? "1 delivery" : fmt::format("{} deliveries", all.deliveries),
            order_held(report.asked)));
    if (all.answers > 0)
        parts.push_back(plural(all.answers, "answer") + ", each to its question");
    if (all.logins > 0)
        parts.push_back(plural(all.logins, "login"));
    return parts.empty() ? "nothing failed" : fmt::format("{}", fmt::join(parts, "; "));
}

std::string limit_text(const limit_search& limit) {
    const std::string slo = bench::duration(limit.slo);
    if (!limit.highest_held)
        return fmt::format("no rate that was tried kept p99 within {}", slo);
    return fmt::format(
        "{} is {} that kept p99 within {}", bench::quantity(*limit.highest_held, "/s"),
        limit.generator_bound ? "not the server's limit, but the highest rate" : "the highest rate",
        slo);
}

std::string summary_of(const run_report& report, const verdict& found) {
    if (report.ok() && report.limit)
        return limit_text(*report.limit);
    if (report.ok())
        return found.good;
    const bool violated = std::any_of(report.runs.begin(), report.runs.end(),
                                      [](const run_figures& run) { return run.found.total() > 0; });
    if (violated)
        return fmt::format("the server did not deliver every line whole, once and {}",
                           order_held(report.asked));
    return report.runs.empty() ? "nothing was measured" : "failed";
}

} // namespace

std::vector<std::string> bottlenecks(const run_report& report, const run_figures& run) {
    std::vector<std::string> found;
    const double measured = seconds(run.measured);
    if (measured <= 0)
        return found;
    const double busiest = run.generator.busiest_thread;
    const double waiting = seconds(run.generator.wait) / measured / report.asked.threads;
    if (busiest > nearly_all)
        found.push_back(fmt::format("the generator was the bottleneck ({} of a core in its busiest "
                                    "thread): these are its figures, not the server's",
                                    percent(busiest)));
    else if (busiest + waiting > nearly_all || waiting > much_waiting)
        found.push_back(fmt::format("other processes held the generator up ({} of the time without "
                                    "a core): rates and latencies are not the server's",
                                    percent(waiting)));
    const double server = run.server ? seconds(run.server->cpu) / measured : 0;
    const double used = server + seconds(run.generator.cpu) / measured;
    if (report.machine.cores > 0 && used > nearly_all * report.machine.cores)
        found.push_back(
            fmt::format("server and generator used {} of {}: on a machine with more the "
                        "figures may be better",
                        percent(used), plural(report.machine.cores, "core")));
    for (const load_figures& load : run.loads) {
        const nanoseconds p99 = p99_of(load);
        if (load.latest_send > late_send &&
            seconds(load.latest_send) > late_share_of_p99 * seconds(p99))
            found.push_back(fmt::format("the schedule of {} was late by up to {} (p99 {}): part of "
                                        "the latency is the generator's",
                                        load.name, bench::duration(load.latest_send),
                                        bench::duration(p99)));
    }
    return found;
}

verdict verdict_of(const run_report& report) {
    verdict found;
    for (std::size_t i = 0; i < report.runs.size(); ++i) {
        const run_figures& run = report.runs[i];
        const std::string where =
            report.runs.size() > 1 ? fmt::format("run {}: ", i + 1) : std::string{};
        add_errors(found.errors, run, where);
        if (run.interrupted)
            found.warnings.push_back(where + "interrupted: ended early");
        for (const std::string& bottleneck : bottlenecks(report, run))
            found.warnings.push_back(where + bottleneck);
    }
    const bool interrupted = std::any_of(report.runs.begin(), report.runs.end(),
                                         [](const run_figures& run) { return run.interrupted; });
    if (report.partial && !interrupted)
        found.warnings.emplace_back("partial: ended before all that was asked for was done");
    if (report.limit && !report.limit->highest_held)
        found.warnings.emplace_back("the search found no rate that is low enough");
    if (report.limit && report.limit->generator_bound)
        found.warnings.emplace_back("the search ended at the generator's limit: the server's is "
                                    "higher");
    found.how = !report.ok()             ? bench::tone::bad
                : found.warnings.empty() ? bench::tone::ok
                                         : bench::tone::warn;
    if (report.ok())
        found.good = good_news(report);
    found.summary = summary_of(report, found);
    return found;
}

std::string violation_text(const violation& of) {
    std::string text = fmt::format("{}, line {}: {}", of.client, of.position, to_string(of.kind));
    if (of.kind != violation_kind::lost)
        text += ": " + bench::json_string(of.got);
    return text + "; expected " +
           (of.expected.empty() ? "no line" : bench::json_string(of.expected));
}

} // namespace chatload
