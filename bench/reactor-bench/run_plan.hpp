#pragma once

#include "bench/reactor-bench/counting.hpp"
#include "bench/reactor-bench/results.hpp"

#include <functional>
#include <string>
#include <vector>

namespace reactor_bench {

/// What `reactor-bench run` does, checked.
struct run_plan {
    struct part {
        const benchmark* what = nullptr;
        std::vector<setting> settings;
        std::vector<const peer*> loops; ///< In the order of `peers()`; all offer it.
    };

    std::vector<part> parts;
    std::vector<const peer*> loops;
    unsigned rounds = 5;
    double scale = 1;
    counting instructions = counting::automatic;
    std::string program; ///< What callgrind runs: reactor-bench itself.
    std::string json;    ///< A file; empty: none.
    std::string html;
};

/// Runs each setting in alternating rounds: every peer once, and again, each time beginning with
/// another one, so that what disturbs the machine disturbs all alike.  What fails ends that peer's
/// rounds and is among the results.
/// @param shown  gets each benchmark's results when they are complete.
/// @param go_on  told what comes next before each round; false ends the run.
[[nodiscard]] results run(const run_plan& plan,
                          const std::function<void(const benchmark_results&)>& shown,
                          const std::function<bool(const std::string& next)>& go_on);

} // namespace reactor_bench
