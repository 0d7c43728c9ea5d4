#include "bench/measure/chart.hpp"
#include "bench/measure/chart_parts.hpp"
#include "bench/measure/html.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bench {

namespace {

constexpr double longest_bar = 270; // the rest is for its figure
constexpr double name_height = 24;
constexpr double bar_height = 18;
constexpr double bar_step = 24;

std::string series_name(const bar_chart& chart, std::size_t index) {
    return index < chart.series.size() ? chart.series[index] : std::string{};
}

std::string in_words(const spread& of, unit in) {
    if (of.runs == 0)
        return "not measured";
    if (of.runs == 1)
        return axis_text(of.median, in);
    return fmt::format("{} ({} to {} in {} runs)", axis_text(of.median, in), axis_text(of.low, in),
                       axis_text(of.high, in), of.runs);
}

std::string draw_spread(const spread& of, double per_unit, double y) {
    const double middle = y + bar_height / 2;
    return fmt::format(
        "<path class=\"spread\" d=\"M{0:.1f} {2:.1f}H{1:.1f}M{0:.1f} {3:.1f}v10M{1:.1f} "
        "{3:.1f}v10\"/>",
        of.low * per_unit, of.high * per_unit, middle, middle - 5);
}

/// One bar with its spread, its figure and the name of its series.
std::string draw_bar(const bar_chart& chart, std::size_t index, const spread& of, double per_unit,
                     double y) {
    std::string svg = fmt::format("<g class=\"{}\">", chart_parts::style_class(index));
    if (of.runs > 0)
        svg += fmt::format("<rect class=\"bar\" x=\"0\" y=\"{}\" width=\"{:.1f}\" height=\"{}\"/>",
                           y, std::max(1.0, of.median * per_unit), bar_height);
    if (of.runs > 1)
        svg += draw_spread(of, per_unit, y);
    const std::string name = series_name(chart, index);
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{}\">{}<tspan "
                       "class=\"name\">{}</tspan></text><title>{}{}</title></g>\n",
                       std::max(0.0, of.high) * per_unit + 8, y + 14,
                       of.runs > 0 ? html_escape(axis_text(of.median, chart.in)) : "not measured",
                       name.empty() ? "" : " \xC2\xB7 " + html_escape(name),
                       name.empty() ? "" : html_escape(name) + ": ",
                       html_escape(in_words(of, chart.in)));
    return svg;
}

} // namespace

std::string draw(const bar_chart& chart) {
    double highest = 0;
    for (const bar_chart::row& row : chart.rows) {
        for (const spread& of : row.bars)
            highest = std::max(highest, of.high);
    }
    const double per_unit = highest > 0 ? longest_bar / highest : 0;
    std::string svg;
    std::string spoken = chart.title + ".";
    double y = 0;
    for (const bar_chart::row& row : chart.rows) {
        svg += fmt::format("<text class=\"row\" x=\"0\" y=\"{}\">{}</text>\n", y + 17,
                           html_escape(row.name));
        y += name_height;
        for (std::size_t i = 0; i < row.bars.size(); ++i, y += bar_step) {
            svg += draw_bar(chart, i, row.bars[i], per_unit, y);
            const std::string name = series_name(chart, i);
            spoken += fmt::format(" {}{}{}: {}.", row.name, name.empty() ? "" : ", ", name,
                                  in_words(row.bars[i], chart.in));
        }
        y += bar_step - bar_height;
    }
    return chart_parts::figure(chart.title, chart.note, spoken, "", y, svg);
}

} // namespace bench
