#include "bench/measure/chart.hpp"

#include "bench/measure/chart_parts.hpp"
#include "bench/measure/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace bench {

namespace {

using chart_parts::mark;
using chart_parts::style_class;

constexpr double height = 280;
constexpr double left = 78;
constexpr double right = chart_parts::width - 12;
constexpr double top = 28;
constexpr double bottom = 230;
constexpr std::size_t marks_shown = 8;   // of a line, so that marks do not hide it
constexpr std::size_t marks_hidden = 60; // that tell their value; more would only swell the page

struct range {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();

    void add(double value) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
    [[nodiscard]] bool empty() const { return low > high; }
};

range range_of(const std::vector<series>& lines, double point::*coordinate) {
    range found;
    for (const series& line : lines) {
        for (const point& each : line.points) {
            if (std::isfinite(each.y))
                found.add(each.*coordinate);
        }
    }
    return found;
}

/// What is called alike, in the order in which it is first seen.
using groups = std::vector<std::pair<std::string, std::vector<series>>>;

groups by_name(const std::vector<series>& lines) {
    groups found;
    for (const series& line : lines) {
        auto at = std::find_if(found.begin(), found.end(),
                               [&](const auto& group) { return group.first == line.name; });
        if (at == found.end())
            at = found.insert(at, {line.name, {}});
        at->second.push_back(line);
    }
    return found;
}

std::string spoken(const line_chart& chart, const groups& lines) {
    std::string text = fmt::format("{}: {} over {}.", chart.title, chart.y.label, chart.x.label);
    for (const auto& [name, group] : lines) {
        const range of = range_of(group, &point::y);
        if (!of.empty())
            text += fmt::format(" {}: {} to {}.", name, axis_text(of.low, chart.y.in),
                                axis_text(of.high, chart.y.in));
    }
    return text;
}

std::string legend(const groups& lines) {
    if (lines.size() < 2)
        return {};
    std::string html = "<ul class=\"legend\">\n";
    for (std::size_t i = 0; i < lines.size(); ++i)
        html += fmt::format("<li><svg class=\"key {}\" viewBox=\"0 0 36 14\" aria-hidden=\"true\">"
                            "{}{}</svg> {}</li>\n",
                            style_class(i),
                            lines[i].second.front().joined ? "<path class=\"line\" d=\"M0 7H36\"/>"
                                                           : "",
                            mark(i, 18, 7, ""), html_escape(lines[i].first));
    return html + "</ul>\n";
}

std::string draw_frame(const line_chart& chart, const axis_map& x, const axis_map& y) {
    std::string svg = fmt::format("<text class=\"name\" x=\"4\" y=\"16\">{}</text>"
                                  "<text class=\"name end\" x=\"{}\" y=\"274\">{}</text>\n",
                                  html_escape(chart.y.label), right, html_escape(chart.x.label));
    for (const axis_map::tick& tick : y.ticks())
        svg += fmt::format("<path class=\"grid\" d=\"M{0} {1:.1f}H{2}\"/>"
                           "<text class=\"end\" x=\"{3}\" y=\"{4:.1f}\">{5}</text>\n",
                           left, tick.at, right, left - 8, tick.at + 5, html_escape(tick.text));
    for (const axis_map::tick& tick : x.ticks())
        svg += fmt::format("<path class=\"grid\" d=\"M{0:.1f} {1}V{2}\"/>"
                           "<text class=\"{3}\" x=\"{0:.1f}\" y=\"{4}\">{5}</text>\n",
                           tick.at, top, bottom, tick.at > right - 20 ? "end" : "middle",
                           bottom + 20, html_escape(tick.text));
    return svg;
}

std::string draw_path(const std::vector<point>& points, const axis_map& x, const axis_map& y) {
    std::string d;
    bool joined = false;
    for (const point& each : points) {
        if (std::isfinite(each.y))
            d += fmt::format("{}{:.1f} {:.1f}", joined ? 'L' : 'M', x.at(each.x), y.at(each.y));
        joined = std::isfinite(each.y);
    }
    return fmt::format("<path class=\"line\" d=\"{}\"/>\n", d);
}

/// Marks that are seen, at a few points, and hidden ones that tell their value, at some more.
std::string draw_marks(const line_chart& chart, const series& line, std::size_t index,
                       const axis_map& x, const axis_map& y) {
    const std::size_t count = line.points.size();
    const std::size_t shown_step = line.joined ? (count + marks_shown - 1) / marks_shown : 1;
    const std::size_t hidden_step = (count + marks_hidden - 1) / marks_hidden;
    std::string svg;
    for (std::size_t i = 0; i < count; ++i) {
        const point& each = line.points[i];
        // From the end, which is the point that is asked for most: the maximum, the last second.
        const std::size_t from_end = count - 1 - i;
        if (!std::isfinite(each.y) || (from_end % shown_step != 0 && from_end % hidden_step != 0))
            continue;
        const std::string title =
            fmt::format("{}: {} at {}", line.name, axis_text(each.y, chart.y.in),
                        axis_text(each.x, chart.x.in));
        svg += from_end % shown_step == 0
                   ? mark(index, x.at(each.x), y.at(each.y), title)
                   : chart_parts::hidden_mark(x.at(each.x), y.at(each.y), title);
    }
    return svg + '\n';
}

std::string draw_limit(const level& limit, const axis_map& y) {
    const double at = y.at(limit.y);
    return fmt::format("<path class=\"limit\" d=\"M{0} {1:.1f}H{2}\"/>"
                       "<text class=\"limit end\" x=\"{2}\" y=\"{3:.1f}\">{4}</text>\n",
                       left, at, right, at > top + 20 ? at - 6 : at + 16, html_escape(limit.name));
}

} // namespace

std::vector<point> percentile_points(const histogram& times) {
    std::vector<point> points;
    if (times.count() == 0)
        return points;
    constexpr double step = 0.05; // of a nine
    const double nines = std::min(6.0, std::log10(static_cast<double>(times.count())));
    const auto at = [](double nine) { return 100 * (1 - std::pow(10, -nine)); };
    for (double nine = 0; nine < nines - step / 2; nine += step)
        points.push_back({at(nine), static_cast<double>(times.percentile(at(nine)).count())});
    points.push_back({at(nines), static_cast<double>(times.max().count())});
    return points;
}

line_chart percentile_chart(std::string title) {
    return {std::move(title),
            "The scale stretches the slow end: each further 9 takes the same room.",
            {"percentile", unit::percentile},
            {"latency", unit::nanoseconds, scale::fit},
            {},
            {}};
}

std::string draw(const line_chart& chart) {
    const range of_x = range_of(chart.lines, &point::x);
    range of_y = range_of(chart.lines, &point::y);
    if (of_x.empty())
        return chart_parts::figure(chart.title, chart.note, chart.title + ": no values.", "", 40,
                                   "<text class=\"name\" x=\"4\" y=\"24\">no values</text>\n");
    if (chart.limit)
        of_y.add(chart.limit->y);
    const axis_map x{chart.x, of_x.low, of_x.high, left, right, 5};
    const axis_map y{chart.y, of_y.low, of_y.high, bottom, top, 4};
    std::string svg = draw_frame(chart, x, y);
    if (chart.limit)
        svg += draw_limit(*chart.limit, y);
    const groups lines = by_name(chart.lines);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        svg += fmt::format("<g class=\"{}\">\n", style_class(i));
        for (const series& line : lines[i].second) {
            if (line.joined)
                svg += draw_path(line.points, x, y);
            svg += draw_marks(chart, line, i, x, y);
        }
        svg += "</g>\n";
    }
    return chart_parts::figure(chart.title, chart.note, spoken(chart, lines), legend(lines), height,
                               svg);
}

} // namespace bench
