#include "bench/reactor-bench/results.hpp"

#include "bench/measure/statistics.hpp"

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

bool is_raw(const peer_figures& of) { return of.peer == peers().front().name; }

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

using row = std::vector<std::string>;

row heading(const benchmark& what) {
    row cells{""};
    for (const auto& each : what.figures) {
        cells.push_back(fmt::format("{}, {}", each.name, each.unit));
        cells.emplace_back("");
    }
    return cells;
}

row line(const peer_figures& of, const peer_figures* raw) {
    row cells{of.peer};
    if (!of.failure.empty()) {
        cells.push_back("failed: " + of.failure);
        return cells;
    }
    for (std::size_t i = 0; i < of.rounds.size(); ++i) {
        const auto found = bench::spread_of(of.rounds[i]);
        cells.push_back(with_spread(found));
        cells.push_back(raw == nullptr ? "" : ratio(found, bench::spread_of(raw->rounds[i])));
    }
    return cells;
}

/// Characters, not bytes: a plus-minus sign is two of those.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string padding(std::size_t wanted, const std::string& text) {
    return std::string(wanted - std::min(wanted, width(text)), ' ');
}

/// Columns set to the right but for the first.  A row of fewer cells has a text in its last one.
std::string aligned(const std::vector<row>& rows) {
    std::vector<std::size_t> widths(rows.front().size());
    for (const auto& each : rows) {
        widths[0] = std::max(widths[0], width(each[0]));
        for (std::size_t i = 1; i < each.size() && each.size() == widths.size(); ++i)
            widths[i] = std::max(widths[i], width(each[i]));
    }
    std::string text;
    for (const auto& each : rows) {
        std::string one = "  " + each[0] + padding(widths[0], each[0]);
        for (std::size_t i = 1; i < each.size(); ++i)
            one += "  " + padding(each.size() == widths.size() ? widths[i] : 0, each[i]) + each[i];
        text += one.substr(0, one.find_last_not_of(' ') + 1) + "\n";
    }
    return text;
}

} // namespace

std::string to_text(const benchmark_results& found) {
    std::string text = fmt::format("{}: {}\n", found.what->name, found.what->about);
    for (const auto& at : found.settings) {
        std::vector<row> rows{heading(*found.what)};
        const auto raw = std::find_if(at.peers.begin(), at.peers.end(), is_raw);
        for (const auto& each : at.peers)
            rows.push_back(line(each, raw == at.peers.end() ? nullptr : &*raw));
        text += fmt::format(" {}\n{}", to_text(at.chosen), aligned(rows));
    }
    if (!found.instructions.empty())
        text += fmt::format(" instructions: {}\n", found.instructions);
    return text;
}

} // namespace reactor_bench
