#include "bench/chatload/report_figures.hpp"

#include "bench/measure/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace chatload {

namespace {

using bench::unit;
using in_run = std::function<double(const run_figures&)>;
using in_second = std::function<double(const second_figures&, double length)>;

double number(std::uint64_t amount) { return static_cast<double>(amount); }

double divided(double amount, double by) { return by > 0 ? amount / by : NAN; }

/// Puts together the figures of one report.
class collector {
public:
    explicit collector(const run_report& report) : report_(report) {}

    /// Adds a figure, unless no run has it.
    void add(figure of, const in_run& value, const in_second& by_second = {}) {
        for (const run_figures& run : report_.runs)
            of.runs.push_back(value(run));
        if (std::none_of(of.runs.begin(), of.runs.end(), [](double v) { return std::isfinite(v); }))
            return;
        if (by_second && report_.runs.size() == 1) {
            std::chrono::nanoseconds before{};
            for (const second_figures& second : report_.runs.front().seconds) {
                of.by_second.push_back(by_second(second, bench::seconds(second.at - before)));
                before = second.at;
            }
        }
        figures_.push_back(std::move(of));
    }
    [[nodiscard]] std::vector<figure> take() { return std::move(figures_); }

private:
    const run_report& report_;
    std::vector<figure> figures_;
};

void add_rates(collector& into) {
    const auto add = [&](const char* name, std::uint64_t counts::*count) {
        into.add(
            {"", name, unit::number, "/s", true, {}, {}},
            [=](const run_figures& run) {
                return run.done.*count > 0 ? per_second(run.done.*count, run) : NAN;
            },
            [=](const second_figures& second, double length) {
                return divided(number(second.done.*count), length);
            });
    };
    add("deliveries", &counts::deliveries);
    add("lines", &counts::lines);
    add("answers", &counts::answers);
    add("logins", &counts::logins);
}

void add_latencies(collector& into, const run_report& report, std::size_t load) {
    struct part {
        const char* name;
        double percent;
        std::chrono::nanoseconds second_figures::*by_second;
    };
    // Seconds keep fewer percentiles, of all latencies but logins: the nearest stands for the
    // noise.
    constexpr part parts[] = {{"p50", 50, &second_figures::p50},
                              {"p90", 90, &second_figures::p99},
                              {"p99", 99, &second_figures::p99},
                              {"p99.9", 99.9, &second_figures::max},
                              {"max", 100, &second_figures::max}};
    const std::string name = report.asked.loads.size() > 1 ? report.asked.loads[load].name : "";
    for (const std::string& kind : latency_kinds(report, load)) {
        for (const part& each : parts) {
            in_second by_second;
            if (kind != "login")
                by_second = [=](const second_figures& second, double) {
                    return number(static_cast<std::uint64_t>((second.*each.by_second).count()));
                };
            into.add(
                {name, kind + ' ' + each.name, unit::nanoseconds, "", false, {}, {}},
                [=](const run_figures& run) {
                    const bench::histogram* times = find_latency(run, load, kind);
                    return times == nullptr
                               ? NAN
                               : static_cast<double>(times->percentile(each.percent).count());
                },
                by_second);
        }
    }
}

void add_costs(collector& into, const run_report& report) {
    const work& unit_of_work = work_of(report);
    const auto per_work = [&](const char* what) {
        return fmt::format("{} per {}", what, unit_of_work.name);
    };
    const auto count = unit_of_work.count;
    into.add(
        {"", per_work("server CPU"), unit::nanoseconds, "", false, {}, {}},
        [=](const run_figures& run) { return server_cpu_per(run.done.*count, run); },
        [=](const second_figures& second, double length) {
            return divided(second.server_cpu_share.value_or(NAN) * length * 1e9,
                           number(second.done.*count));
        });
    const auto add_count = [&](const char* what, std::optional<std::uint64_t> server_figures::*of) {
        into.add({"", per_work(what), unit::number, "", false, {}, {}},
                 [=](const run_figures& run) {
                     return run.server && (*run.server).*of
                                ? divided(number(*((*run.server).*of)), number(run.done.*count))
                                : NAN;
                 });
    };
    add_count("context switches", &server_figures::context_switches);
    add_count("system calls", &server_figures::system_calls);
    into.add({"", "server memory per session", unit::bytes, "", false, {}, {}},
             [&](const run_figures& run) { return bytes_per_session(report.asked, run); });
    into.add(
        {"", "server memory at most", unit::bytes, "", false, {}, {}}, [](const run_figures& run) {
            return run.server && run.server->resident_peak > 0 ? number(run.server->resident_peak)
                                                               : NAN;
        });
    into.add({"", per_work("generator CPU"), unit::nanoseconds, "", false, {}, {}},
             [=](const run_figures& run) {
                 return divided(number(static_cast<std::uint64_t>(run.generator.cpu.count())),
                                number(run.done.*count));
             });
}

} // namespace

double per_second(std::uint64_t amount, const run_figures& run) noexcept {
    return divided(number(amount), bench::seconds(run.measured));
}

double server_cpu_per(std::uint64_t amount, const run_figures& run) noexcept {
    return run.server ? divided(static_cast<double>(run.server->cpu.count()), number(amount)) : NAN;
}

const work& work_of(const run_report& report) noexcept {
    static constexpr work kinds[] = {{"delivery", "deliveries", &counts::deliveries},
                                     {"answer", "answers", &counts::answers},
                                     {"login", "logins", &counts::logins}};
    for (const work& kind : kinds) {
        for (const run_figures& run : report.runs) {
            if (run.done.*kind.count > 0)
                return kind;
        }
    }
    return kinds[0];
}

std::uint64_t sessions(const plan& asked) noexcept {
    std::uint64_t count = 0;
    for (const load& each : asked.loads) {
        if (each.kind != workload::churn && each.kind != workload::storm)
            count += std::uint64_t{each.clients} * (each.kind == workload::rooms ? each.rooms : 1);
    }
    return count;
}

double bytes_per_session(const plan& asked, const run_figures& run) noexcept {
    if (!run.server || run.server->resident_logged_in == 0)
        return NAN;
    return divided(number(run.server->resident_logged_in) - number(run.server->resident_before),
                   number(sessions(asked)));
}

const bench::histogram* find_latency(const run_figures& run, std::size_t load,
                                     const std::string& kind) noexcept {
    if (load >= run.loads.size())
        return nullptr;
    for (const latency& each : run.loads[load].latencies) {
        if (each.name == kind && each.times.count() > 0)
            return &each.times;
    }
    return nullptr;
}

std::vector<std::string> latency_kinds(const run_report& report, std::size_t load) {
    std::vector<std::string> kinds;
    for (const run_figures& run : report.runs) {
        if (load >= run.loads.size())
            continue;
        for (const latency& each : run.loads[load].latencies) {
            if (each.times.count() > 0 &&
                std::find(kinds.begin(), kinds.end(), each.name) == kinds.end())
                kinds.push_back(each.name);
        }
    }
    return kinds;
}

std::unique_ptr<bench::histogram> all_latencies(const run_report& report, std::size_t load,
                                                const std::string& kind) {
    auto all = std::make_unique<bench::histogram>();
    for (const run_figures& run : report.runs) {
        if (const bench::histogram* times = find_latency(run, load, kind))
            all->merge(*times);
    }
    return all;
}

std::string figure_text(double value, const figure& of) {
    if (of.in == unit::nanoseconds)
        return bench::duration(value);
    if (of.in == unit::bytes)
        return bench::size(value);
    return bench::quantity(value, of.suffix);
}

std::string spread_text(const figure& of) {
    const bench::spread all = bench::spread_of(of.runs);
    if (all.runs == 0)
        return "-";
    if (all.runs == 1)
        return figure_text(all.median, of);
    return fmt::format("{} ({} to {})", figure_text(all.median, of), figure_text(all.low, of),
                       figure_text(all.high, of));
}

std::vector<figure> figures_of(const run_report& report) {
    collector found{report};
    add_rates(found);
    for (std::size_t load = 0; load < report.asked.loads.size(); ++load)
        add_latencies(found, report, load);
    add_costs(found, report);
    return found.take();
}

} // namespace chatload
