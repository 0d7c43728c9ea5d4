#pragma once

#include "bench/chatload/run_report.hpp"
#include "bench/measure/page.hpp"

#include <string>
#include <vector>

namespace chatload {

/// A report with what to call it among others; alone, nothing.  There is at least one.
struct charted_report {
    std::string name;
    const run_report& report;
};

/// Latencies, over percentiles (all runs of a report together) and over time (a line for each run).
void add_latency_charts(bench::page& page, const std::vector<charted_report>& reports);

/// What was done and what it cost in each second, a line for each run.
void add_throughput_charts(bench::page& page, const std::vector<charted_report>& reports);

/// The 99th percentile over the rate, of each search; nothing without one.
void add_limit_chart(bench::page& page, const std::vector<charted_report>& reports);

} // namespace chatload
