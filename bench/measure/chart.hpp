#pragma once

#include "bench/measure/axis.hpp"
#include "bench/measure/histogram.hpp"
#include "bench/measure/statistics.hpp"

#include <optional>
#include <string>
#include <vector>

namespace bench {

/// Charts for a `page`: each becomes a `<figure>` with a legend and inline SVG.  Series are told
/// apart by colour, dashes and marks; more than eight begin anew.

struct point {
    double x = 0;
    double y = 0; ///< NaN: a gap in the line.
};

/// Those of one name look alike and share their place in the legend.
struct series {
    std::string name;
    std::vector<point> points; ///< In the order in which they are joined.
    bool joined = true;        ///< Else they are marks without a line.
};

/// A level that the values are to be judged by.
struct level {
    double y = 0;
    std::string name;
};

/// Lines over time, over percentiles, or any curve.
struct line_chart {
    std::string title;
    std::string note; ///< Below it; may be empty.
    axis x, y;
    std::vector<series> lines;
    std::optional<level> limit;
};

/// Bars, grouped: one row a thing, one bar in it for each series.
struct bar_chart {
    struct row {
        std::string name;
        std::vector<spread> bars; ///< As many as there are series; without runs: not measured.
    };
    std::string title;
    std::string note;
    unit in = unit::number;
    std::vector<std::string> series; ///< Their names; a single one needs none.
    std::vector<row> rows;
};

/// The points of a latency-percentile plot: durations in ns over percentiles.
[[nodiscard]] std::vector<point> percentile_points(const histogram& times);

/// A latency-percentile plot to which lines are to be added with `percentile_points`.
[[nodiscard]] line_chart percentile_chart(std::string title);

/// Gives HTML.
[[nodiscard]] std::string draw(const line_chart& chart);
[[nodiscard]] std::string draw(const bar_chart& chart);

} // namespace bench
