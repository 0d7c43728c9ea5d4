#pragma once

#include "bench/chatload/options.hpp"
#include "bench/chatload/run_report.hpp"

#include <functional>
#include <string>

namespace chatload {

/// How the runs of a command are done; a test gives others.
struct run_means {
    /// Runs a plan once.
    std::function<run_figures(const plan&)> run;
    /// Whether the user wants an end before the next run.
    std::function<bool()> interrupted;
    /// Is told which run comes next, when there are several: `run 2 of 5`.
    std::function<void(const std::string&)> announce;
};

/// Does all the runs of a command, and gives what they found without `machine`.
[[nodiscard]] run_report do_runs(const run_command& asked, const run_means& means);

} // namespace chatload
