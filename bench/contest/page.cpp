#include "bench/measure/page.hpp"
#include "bench/contest/contender.hpp"
#include "bench/contest/output.hpp"
#include "bench/contest/tables.hpp"
#include "bench/measure/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace contest {

namespace {

/// Of whichever server is ours to judge: how far it is from the least possible, in each setting.
std::vector<std::string> distances(const results& all, const std::string& name) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < all.settings.size(); ++i)
        for (const showing& one : showings_in(all, i)) {
            const auto ratio = one.to_yardstick(cpu_of);
            if (all.servers[one.server()].name == name && ratio.runs > 0)
                lines.push_back(fmt::format("chatd, {}: {} of the yardstick's CPU for a delivery",
                                            to_text(all.settings[i]), bench::ratio(ratio.median)));
        }
    return lines;
}

void add_verdict(bench::page& page, const results& all) {
    std::size_t failed = 0;
    for (const outcome& one : all.outcomes)
        failed += one.measured ? 0 : 1;
    const auto trials = bench::plural(all.outcomes.size(), "trial");
    auto details = distances(all, "chatd");
    auto warnings = warnings_of(all);
    const bool plain = complete(all) && warnings.empty();
    details.insert(details.end(), warnings.begin(), warnings.end());
    page.verdict(plain ? bench::tone::ok : bench::tone::warn,
                 all.partial  ? fmt::format("Ended early, after {}; {} failed.", trials, failed)
                 : failed > 0 ? fmt::format("{} of {} failed.", failed, trials)
                              : fmt::format("No fault in {}.", trials),
                 details);
}

/// A bar a server, one group a setting.
bench::bar_chart chart_of(const results& all, std::string title, figure what, bench::unit in) {
    bench::bar_chart chart{
        .title = std::move(title), .note = {}, .in = in, .series = {}, .rows = {}};
    for (const auto& server : all.servers)
        chart.series.push_back(server.name);
    for (std::size_t i = 0; i < all.settings.size(); ++i) {
        bench::bar_chart::row row{.name = to_text(all.settings[i]), .bars = {}};
        row.bars.resize(all.servers.size());
        for (const showing& one : showings_in(all, i))
            row.bars[one.server()] = one.of(what);
        const auto measured = [](const bench::spread& bar) { return bar.runs > 0; };
        if (std::any_of(row.bars.begin(), row.bars.end(), measured))
            chart.rows.push_back(std::move(row));
    }
    return chart;
}

} // namespace

std::string to_html(const results& all) {
    bench::page page("Shoot-out", "The same fan-out, put to one server after the other");
    add_verdict(page, all);
    page.add(chart_of(all, "Server CPU for one delivery", cpu_of, bench::unit::nanoseconds));
    page.add(chart_of(all, "Latency, 99th percentile", p99_of, bench::unit::nanoseconds));
    page.add(chart_of(all, "Latency, median", p50_of, bench::unit::nanoseconds));
    page.add(chart_of(all, "Resident memory a session", memory_of, bench::unit::bytes));
    for (const bench::table& one : tables_of(all))
        page.add(one);
    page.heading("How it was measured");
    for (const std::string& line : headlines_of(all))
        page.paragraph(line);
    return page.html();
}

} // namespace contest
