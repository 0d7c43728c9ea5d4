#include "bench/chatload/compare.hpp"
#include "bench/chatload/compare_words.hpp"
#include "bench/chatload/report_charts.hpp"
#include "bench/measure/figures.hpp"
#include "bench/measure/page.hpp"

#include <fmt/format.h>

namespace chatload {

namespace {

using bench::page;
using bench::table;
using bench::tone;

void add_settings(page& into, const comparison& of) {
    into.heading("Setting");
    if (of.settings.empty()) {
        into.paragraph("Both were asked the same, on the same machine.");
        return;
    }
    into.paragraph("What differs apart from what is compared:");
    table differ{"", {"setting", "A", "B"}, {}, false};
    for (const compared_setting& each : of.settings)
        differ.rows.push_back({each.name, each.a, each.b});
    into.add(differ);
}

/// The median, and how far the runs lie from it.
std::string median_text(const figure& of) {
    const bench::spread all = bench::spread_of(of.runs);
    const std::string median = figure_text(all.median, of);
    return all.runs > 1 ? fmt::format("{} ±{}", median, bench::percent(all.relative() / 2))
                        : median;
}

void add_figures(page& into, const comparison& of) {
    into.heading("Figures");
    // What matters most comes first: a phone shows no more of a row.
    table all{"", {"figure", "B / A", "difference", "A", "B"}, {}};
    for (const compared_figure& each : of.figures) {
        const tone how = !each.found.exceeds_noise ? tone::plain
                         : each.better()           ? tone::ok
                                                   : tone::bad;
        all.rows.push_back({compared_name(each),
                            bench::ratio(each.found.ratio()),
                            {verdict_word(each), how},
                            median_text(each.a),
                            median_text(each.b)});
    }
    into.add(all);
    if (of.a.report.runs.size() > 1 || of.b.report.runs.size() > 1)
        into.paragraph("Of repeated runs the median, ± half of their range.");
    for (const std::string& rule : rules_used(of))
        into.paragraph("Rule, " + rule + ".");
    if (of.only_one.empty())
        return;
    into.paragraph("Only one side has:");
    table lone{"", {}, {}, false};
    for (const std::string& each : of.only_one)
        lone.rows.push_back({each});
    into.add(lone);
}

} // namespace

std::string to_html(const comparison& of) {
    page made{fmt::format("chatload: {} and {}", of.a.name, of.b.name)};
    std::vector<std::string> details = {"A is " + side_text(of.a), "B is " + side_text(of.b)};
    details.insert(details.end(), of.doubts.begin(), of.doubts.end());
    const bool doubtful = !of.settings.empty() || !of.doubts.empty();
    made.verdict(doubtful ? tone::warn : tone::plain, compared_summary(of), details);
    add_figures(made, of);
    const std::vector<charted_report> both = {{"A", of.a.report}, {"B", of.b.report}};
    made.heading("Side by side");
    add_limit_chart(made, both);
    add_latency_charts(made, both);
    add_throughput_charts(made, both);
    add_settings(made, of);
    return made.html();
}

} // namespace chatload
