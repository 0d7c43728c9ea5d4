#pragma once

#include "bench/contest/contender.hpp"
#include "bench/contest/held_signals.hpp"
#include "bench/contest/load_run.hpp"
#include "bench/goal-table/verdict.hpp"
#include "bench/measure/environment.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace goals {

/// What is measured, and by what.
struct plan {
    std::vector<row> rows;
    std::vector<contest::contender> servers; ///< Those that rows name and that are installed.
    std::size_t repeats = 1;
    std::optional<unsigned> server_core;
    contest::generator by;
};

/// All that was found.
struct results {
    bench::environment machine;
    std::vector<row> rows;
    std::size_t repeats = 0;
    std::optional<double> rate; ///< Lines a second, of the entrants that take one.
    std::vector<trial> trials;  ///< In the order in which they were done.
    std::vector<std::string> notes;
    bool partial = false; ///< Ended before all was done.
};

/// Is told what begins.
using watcher = std::function<void(const std::string& what)>;

/// The trials of one repetition, in order: those of a row right after the other, each repetition
/// beginning with another place; an entrant of several rows once.
[[nodiscard]] std::vector<entrant> schedule(const std::vector<row>& rows, std::size_t repeat);

/// Does all trials; what goes wrong in one is its failure and ends no other.  What fails twice is
/// not tried again.
[[nodiscard]] results measure(const plan& what, const contest::held_signals& signals,
                              const watcher& tell);

} // namespace goals
