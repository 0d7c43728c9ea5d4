#include "bench/goal-table/measured.hpp"

#include "bench/chatload/report_figures.hpp"
#include "bench/chatload/run_report.hpp"
#include "bench/contest/outcome.hpp"
#include "bench/measure/figures.hpp"

#include <charconv>
#include <cstdint>

namespace goals {

namespace {

double number(std::uint64_t value) { return static_cast<double>(value); }

double p99_of_first_load(const chatload::run_figures& run) {
    for (const char* kind : {"others", "answer", "echo"})
        if (const auto* times = chatload::find_latency(run, 0, kind))
            return number(static_cast<std::uint64_t>(times->percentile(99).count()));
    return NAN;
}

double unshared_bytes(const chatload::run_report& report) {
    const auto& run = report.runs.front();
    const auto& load = report.asked.loads.front();
    const double stalled = load.share * load.clients;
    if (load.kind != chatload::workload::stalled || stalled < 1)
        return NAN;
    const double said = number(run.done.lines) * static_cast<double>(report.asked.size);
    return (number(run.server->resident_end) - number(run.server->resident_logged_in) - said) /
           stalled;
}

} // namespace

measured measured_of(const chatload::run_report& report) {
    contest::require_whole(report);
    const auto& run = report.runs.front();
    measured found;
    found.cpu = number(static_cast<std::uint64_t>(run.server->cpu.count()));
    found.cpu_a_delivery = chatload::server_cpu_per(run.done.deliveries, run);
    if (run.server->system_calls && run.done.deliveries > 0)
        found.calls_a_delivery = number(*run.server->system_calls) / number(run.done.deliveries);
    found.p99 = p99_of_first_load(run);
    found.session_bytes = chatload::bytes_per_session(report.asked, run);
    found.unshared_bytes = unshared_bytes(report);
    if (report.asked.threads == 1) // several have one core, and wait for each other
        found.held_up = bench::seconds(run.generator.wait) / bench::seconds(run.measured);
    return found;
}

std::optional<double> longest_iteration_in(std::string_view stop_line) {
    constexpr std::string_view start = "info stop ";
    constexpr std::string_view key = " longest_iteration_us=";
    const std::size_t at = stop_line.find(key);
    if (!stop_line.starts_with(start) || at == stop_line.npos)
        return {};
    const std::string_view digits = stop_line.substr(at + key.size());
    std::uint64_t microseconds = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), microseconds);
    if (error != std::errc{})
        return {};
    return 1000 * number(microseconds);
}

} // namespace goals
