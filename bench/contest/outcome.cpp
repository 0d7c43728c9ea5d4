#include "bench/contest/outcome.hpp"

#include "bench/chatload/report_figures.hpp"
#include "bench/chatload/run_report.hpp"
#include "bench/measure/figures.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>

namespace contest {

namespace {

/// With fewer the server's own memory tells more than that of its sessions.
constexpr std::uint64_t enough_sessions = 100;

/// At other members where that was measured, else at the sender.
const bench::histogram& latency_of(const chatload::run_figures& run) {
    for (const char* kind : {"others", "echo"})
        if (const auto* found = chatload::find_latency(run, 0, kind))
            return *found;
    throw std::runtime_error("no latency was measured");
}

double nanoseconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()); }

} // namespace

void require_whole(const chatload::run_report& report) {
    if (report.runs.empty())
        throw std::runtime_error("chatload measured nothing");
    const auto& run = report.runs.front();
    if (!run.failures.empty())
        throw std::runtime_error(run.failures.front());
    if (run.found.total() > 0)
        throw std::runtime_error(
            fmt::format("{} of what was said", bench::plural(run.found.total(), "violation")));
    if (run.interrupted || report.partial)
        throw std::runtime_error("chatload ended before it was done");
    if (!run.server)
        throw std::runtime_error("the server's process could not be watched");
}

figures figures_of(const chatload::run_report& report) {
    require_whole(report);
    const auto& run = report.runs.front();
    if (run.done.deliveries == 0 || run.measured.count() == 0)
        throw std::runtime_error("nothing was delivered");
    const auto& times = latency_of(run);
    figures found;
    found.cpu = chatload::server_cpu_per(run.done.deliveries, run);
    found.p50 = nanoseconds(times.percentile(50));
    found.p99 = nanoseconds(times.percentile(99));
    found.deliveries = chatload::per_second(run.done.deliveries, run);
    found.generator = run.generator.busiest_thread;
    found.held_up = bench::seconds(run.generator.wait) / bench::seconds(run.measured);
    if (chatload::sessions(report.asked) >= enough_sessions)
        found.memory = chatload::bytes_per_session(report.asked, run);
    return found;
}

} // namespace contest
