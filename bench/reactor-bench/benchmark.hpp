#pragma once

#include "bench/reactor-bench/peers/peer.hpp"
#include "bench/reactor-bench/setting.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace reactor_bench {

/// One number that a benchmark finds.
struct figure_kind {
    std::string name; ///< `CPU`
    std::string unit; ///< `ns/event`
    bool more_is_better = false;
};

/// Something that every peer does in its own way.
struct benchmark {
    std::string name;
    std::string about;
    std::vector<parameter> parameters;
    std::vector<figure_kind> figures;
    /// Whether the peer has an implementation.
    bool (*offered)(const peer& by);
    /// One round.  Gives as many numbers as there are figures, NaN for what could not be measured.
    /// Throws std::runtime_error when anything that should have arrived did not, or a call failed.
    std::vector<double> (*measure)(const peer& by, const setting& chosen);
    /// What is wrong with the combination of values; empty when nothing is.  Null: nothing can be.
    std::string (*complaint)(const setting& chosen) = nullptr;
    /// The figure that is instructions; -1: none is.  A round counts them by the processor.
    int instructions_figure = -1;
    /// The parameter that callgrind's counting varies: as many events as it says.  Empty:
    /// instructions are counted by the processor only.
    std::string counted_amount = {};
};

/// All of them, in the order in which they run.
[[nodiscard]] const std::vector<benchmark>& benchmarks();

} // namespace reactor_bench
