#pragma once

#include <cmath>
#include <optional>
#include <string_view>

namespace chatload {
struct run_report;
} // namespace chatload

namespace goals {

/// What one trial measured; NaN where it has no such figure.
struct measured {
    double cpu = NAN;              ///< The server's CPU time in all, ns.
    double cpu_a_delivery = NAN;   ///< ns
    double calls_a_delivery = NAN; ///< System calls of the server; NaN where they are not counted.
    double p99 = NAN;              ///< ns, of the scenario's first load: at others, or of answers.
    double session_bytes = NAN;    ///< Resident memory that each session added.
    double unshared_bytes = NAN;   ///< What the server grew by, less what was said, for each reader
                                   ///< that stalls.
    double longest_iteration = NAN; ///< ns; only chatd tells.
    double held_up = 0; ///< Share of the time that the generator waited for its core; 0 when it has
                        ///< several threads there.
};

/// Reads it out of what chatload reports of one run.
/// @throws std::runtime_error  with one line, where the run failed.
[[nodiscard]] measured measured_of(const chatload::run_report& report);

/// The longest iteration, in ns, of the last line that chatd logs; empty if it is another line.
[[nodiscard]] std::optional<double> longest_iteration_in(std::string_view stop_line);

} // namespace goals
