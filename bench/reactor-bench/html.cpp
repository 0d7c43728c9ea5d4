#include "bench/reactor-bench/results.hpp"

#include "bench/measure/figures.hpp"
#include "bench/measure/page.hpp"
#include "bench/measure/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace reactor_bench {

namespace {

std::vector<bench::cell> row(const peer_figures& of, const peer_figures* raw,
                             const std::vector<std::size_t>& figures) {
    std::vector<bench::cell> cells{of.peer};
    for (const std::size_t i : figures) {
        const auto found = bench::spread_of(of.rounds[i]);
        if (i == figures.front() && !of.failure.empty())
            cells.emplace_back("failed: " + of.failure, bench::tone::bad);
        else
            cells.emplace_back(with_spread(found));
        cells.emplace_back(raw == nullptr ? "" : ratio(found, bench::spread_of(raw->rounds[i])));
    }
    return cells;
}

bench::table table_of(const benchmark& what, const setting_results& at) {
    bench::table made{.caption = to_text(at.chosen), .columns = {"Loop"}, .rows = {}};
    const auto figures = measured_figures(at);
    for (const std::size_t i : figures) {
        made.columns.push_back(fmt::format("{}, {}", what.figures[i].name, what.figures[i].unit));
        made.columns.emplace_back("to raw epoll");
    }
    for (const auto& each : at.peers)
        made.rows.push_back(row(each, raw_of(at), figures));
    return made;
}

/// Of one figure: a row for each loop.
bench::bar_chart chart_of(const benchmark& what, const setting_results& at, std::size_t figure) {
    const auto& kind = what.figures[figure];
    bench::bar_chart chart{.title = fmt::format("{}, {}", kind.name, kind.unit),
                           .note = kind.more_is_better ? "More is better." : "Less is better.",
                           .in = bench::unit::number,
                           .series = {kind.name},
                           .rows = {}};
    for (const auto& each : at.peers)
        chart.rows.push_back({each.peer, {bench::spread_of(each.rounds[figure])}});
    return chart;
}

void add_benchmark(bench::page& page, const benchmark_results& found) {
    page.heading(found.what->name);
    page.paragraph(found.what->about + ".");
    if (!found.instructions.empty())
        page.paragraph(fmt::format("Instructions: {}.", found.instructions));
    for (const auto& at : found.settings) {
        page.add(table_of(*found.what, at));
        for (const std::size_t i : measured_figures(at))
            page.add(chart_of(*found.what, at, i));
    }
}

void add_verdict(bench::page& page, const results& found) {
    std::vector<std::string> failures;
    for (const auto& each : found.benchmarks) {
        for (const auto& at : each.settings) {
            for (const auto& by : at.peers) {
                if (!by.failure.empty())
                    failures.push_back(
                        fmt::format("{} by {}: {}", each.what->name, by.peer, by.failure));
            }
        }
    }
    if (!failures.empty())
        page.verdict(bench::tone::bad, "Not everything arrived.", failures);
    else if (found.interrupted)
        page.verdict(bench::tone::warn, "The run was interrupted: not all was measured.");
    else
        page.verdict(bench::tone::ok, "Everything that was sent, started or posted arrived.");
}

} // namespace

std::string to_html(const results& found) {
    bench::page page("What an event loop costs",
                     fmt::format("{}, {}", found.where.program, found.where.started));
    add_verdict(page, found);
    page.paragraph(
        fmt::format("Medians of {} alternating rounds; behind the sign ± half of the distance from "
                    "the least to the greatest. {}, {}, {}.",
                    found.rounds, found.where.cpu, found.where.kernel,
                    bench::plural(found.where.cores, "core")));
    bench::table loops{.caption = "Loops", .columns = {"Loop", "Version"}, .rows = {}};
    for (const peer* each : found.loops)
        loops.rows.push_back({each->name, each->version});
    for (const auto& each : missing_peers())
        loops.rows.push_back({each.name, "not in this build: Debian's " + each.package});
    page.add(loops);
    for (const auto& each : found.benchmarks)
        add_benchmark(page, each);
    return page.html();
}

} // namespace reactor_bench
