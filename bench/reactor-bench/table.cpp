#include "bench/reactor-bench/results.hpp"

#include "bench/measure/statistics.hpp"
#include "bench/measure/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace reactor_bench {

namespace {

/// At least three digits that tell something.
std::string number(double value) {
    const double size = std::abs(value);
    return fmt::format("{:.{}f}", value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

} // namespace

const peer_figures* raw_of(const setting_results& at) {
    const auto raw = std::find_if(at.peers.begin(), at.peers.end(), [](const peer_figures& of) {
        return of.peer == peers().front().name;
    });
    return raw == at.peers.end() ? nullptr : &*raw;
}

std::vector<std::size_t> measured_figures(const setting_results& at) {
    std::vector<std::size_t> figures;
    const std::size_t count = at.peers.empty() ? 0 : at.peers.front().rounds.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (std::any_of(at.peers.begin(), at.peers.end(), [&](const peer_figures& of) {
                return bench::spread_of(of.rounds[i]).runs > 0;
            }))
            figures.push_back(i);
    }
    return figures;
}

std::string with_spread(const bench::spread& of) {
    if (of.runs == 0)
        return "-";
    if (of.runs == 1)
        return number(of.median);
    return fmt::format("{} ±{:.0f}%", number(of.median), of.relative() * 50);
}

std::string ratio(const bench::spread& of, const bench::spread& raw) {
    if (of.runs == 0 || raw.runs == 0 || raw.median == 0)
        return "";
    return fmt::format("{:.2f}x", of.median / raw.median);
}

namespace {

using row = bench::text_row;

row heading(const benchmark& what, const std::vector<std::size_t>& figures) {
    row cells{""};
    for (const std::size_t i : figures) {
        cells.push_back(fmt::format("{}, {}", what.figures[i].name, what.figures[i].unit));
        cells.emplace_back("");
    }
    return cells;
}

row line(const peer_figures& of, const peer_figures* raw, const std::vector<std::size_t>& figures) {
    row cells{of.peer};
    if (!of.failure.empty()) {
        cells.push_back("failed: " + of.failure);
        return cells;
    }
    for (const std::size_t i : figures) {
        const auto found = bench::spread_of(of.rounds[i]);
        cells.push_back(with_spread(found));
        cells.push_back(raw == nullptr ? "" : ratio(found, bench::spread_of(raw->rounds[i])));
    }
    return cells;
}

} // namespace

std::string to_text(const benchmark_results& found) {
    std::string text = fmt::format("{}: {}\n", found.what->name, found.what->about);
    for (const auto& at : found.settings) {
        const auto figures = measured_figures(at);
        std::vector<row> rows{heading(*found.what, figures)};
        for (const auto& each : at.peers)
            rows.push_back(line(each, raw_of(at), figures));
        text += fmt::format(" {}\n{}", to_text(at.chosen), bench::aligned(rows));
    }
    if (!found.instructions.empty())
        text += fmt::format(" instructions: {}\n", found.instructions);
    return text;
}

} // namespace reactor_bench
