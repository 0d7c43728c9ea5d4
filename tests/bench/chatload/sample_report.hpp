#pragma once

#include "bench/chatload/run_report.hpp"

#include <cstddef>
#include <memory>

namespace sample {

/// A report as a run gives it, for tests of what is made of reports.

/// One load, `fan-out`: 100 clients, closed window; 10 s, 100'000 deliveries a second that cost
/// 100 ns of CPU each; 2 KiB for each session; no fault.
/// @param slower  makes all latencies and costs that many times greater, and rates lesser.
[[nodiscard]] std::unique_ptr<chatload::run_report> good_report(double slower = 1);

/// The same with `runs` runs that differ by 1 %.
[[nodiscard]] std::unique_ptr<chatload::run_report> repeated_report(std::size_t runs,
                                                                    double slower = 1);

/// Every field has a value of its own: several loads, a limit, violations, failures.
[[nodiscard]] std::unique_ptr<chatload::run_report> full_report();

} // namespace sample
