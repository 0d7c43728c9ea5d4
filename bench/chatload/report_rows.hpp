#pragma once

#include "bench/chatload/run_report.hpp"

#include <string>
#include <utility>
#include <vector>

namespace chatload {

/// What the text and the page both say of a report, as name and value.
using report_rows = std::vector<std::pair<std::string, std::string>>;

/// What it was put to: each load by its name.
[[nodiscard]] report_rows load_rows(const plan& asked);

/// What one run did and cost, but for its latencies.
[[nodiscard]] report_rows run_rows(const run_report& report, const run_figures& run);

/// The latencies of one kind in one load.
struct latency_row {
    std::string name; ///< The load's as well, where there are several.
    const bench::histogram* times = nullptr;
};
[[nodiscard]] std::vector<latency_row> latency_rows(const run_report& report,
                                                    const run_figures& run);

/// Whether a step of a search held, and what is to be known of it.
[[nodiscard]] std::string step_text(const limit_step& of);

} // namespace chatload
