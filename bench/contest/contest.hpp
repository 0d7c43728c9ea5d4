#pragma once

#include "bench/contest/contender.hpp"
#include "bench/contest/held_signals.hpp"
#include "bench/contest/load_run.hpp"
#include "bench/contest/results.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace contest {

/// Who takes part, and in what.
struct contest_plan {
    std::vector<contender> servers; ///< All of them installed.
    std::vector<setting> settings;
    std::size_t repeats = 1;
    std::optional<unsigned> server_core;
    load how;
};

/// Is told what begins: which trial of how many, in words.
using contest_watcher =
    std::function<void(std::size_t number, std::size_t of, const std::string& what)>;

/// Does all trials; what goes wrong in one is its outcome and ends no other.  What fails twice,
/// with the same server and setting, is not tried again.
/// @return  servers, settings and outcomes; partial when a signal ended it.
[[nodiscard]] results hold(const contest_plan& plan, const held_signals& signals,
                           const contest_watcher& watcher);

} // namespace contest
