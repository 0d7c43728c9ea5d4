#include "bench/chatload/run_report.hpp"

#include <algorithm>

namespace chatload {

bool run_report::ok() const noexcept {
    return (limit || !runs.empty()) &&
           std::all_of(runs.begin(), runs.end(), [](const run_figures& run) { return run.ok(); });
}

} // namespace chatload
