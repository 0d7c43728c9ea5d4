#pragma once

#include "bench/chatload/run_report.hpp"
#include "bench/measure/page.hpp"

#include <string>
#include <vector>

namespace chatload {

/// What came of it, for people.
struct verdict {
    bench::tone how = bench::tone::plain;
    std::string summary;               ///< One sentence.
    std::string good;                  ///< What was checked and right; empty when something failed.
    std::vector<std::string> errors;   ///< What failed, and how many violations of which kinds.
    std::vector<std::string> warnings; ///< Why figures may not be the server's.
};
[[nodiscard]] verdict verdict_of(const run_report& report);

/// Where the generator or the machine was the bottleneck of a run.
[[nodiscard]] std::vector<std::string> bottlenecks(const run_report& report,
                                                   const run_figures& run);

/// One line: who saw what, and what should have come.
[[nodiscard]] std::string violation_text(const violation& of);

} // namespace chatload
