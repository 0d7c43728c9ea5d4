#pragma once

#include "bench/contest/schedule.hpp"

#include <optional>
#include <string>

namespace chatload {
struct run_report;
} // namespace chatload

namespace contest {

/// What one trial measured.
struct figures {
    double cpu = 0;               ///< The server's, ns for one delivery.
    double p50 = 0;               ///< ns, until a line is at another member.
    double p99 = 0;               ///< The same.
    double deliveries = 0;        ///< A second.
    double generator = 0;         ///< Share of a core that the load generator's busiest thread had.
    double held_up = 0;           ///< Share of the time that the generator waited for its core.
    std::optional<double> memory; ///< Bytes a session; none where sessions are too few to tell.
};

/// What came of one trial.
struct outcome {
    trial which;
    std::optional<figures> measured;
    std::string failure; ///< Why nothing was measured; empty if something was.
};

/// Throws std::runtime_error with one line, why a run is worth nothing: it failed, found a
/// violation, ended early, or could not watch the server.
void require_whole(const chatload::run_report& report);

/// Reads the figures out of what chatload reports of one run, whose first load is the fan-out.
/// @throws std::runtime_error  with one line, where the run failed or tells too little.
[[nodiscard]] figures figures_of(const chatload::run_report& report);

} // namespace contest
