#pragma once

#include "bench/chatload/report_figures.hpp"
#include "bench/chatload/run_report.hpp"
#include "bench/measure/statistics.hpp"

#include <string>
#include <vector>

namespace chatload {

/// One of the two sides of a comparison.
struct named_report {
    std::string name; ///< As the user called it: its file.
    run_report report;
};

/// One figure on both sides.
struct compared_figure {
    figure a, b;
    bench::difference found; ///< b against a.

    /// Whether the difference that exceeds the noise is for the better.
    [[nodiscard]] bool better() const noexcept { return a.more_is_better == (found.b > found.a); }
};

/// Something that was asked or where it was measured, and differs.
struct compared_setting {
    std::string name;
    std::string a, b;
};

/// Two reports side by side.  It refers to them: they outlive it.
struct comparison {
    const named_report& a;
    const named_report& b;
    std::vector<compared_setting> settings; ///< Only those that differ; an empty list says it too.
    std::vector<compared_figure> figures;   ///< That both sides have.
    std::vector<std::string> only_one;      ///< Figures that one side has not, and which.
    std::vector<std::string> doubts;        ///< Why a side's figures may not be trusted.
};
[[nodiscard]] comparison compare(const named_report& a, const named_report& b);

/// For people; several lines, each with its LF.
[[nodiscard]] std::string to_text(const comparison& of);
/// One self-contained HTML page.
[[nodiscard]] std::string to_html(const comparison& of);

} // namespace chatload
