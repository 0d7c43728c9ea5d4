#pragma once

#include "bench/reactor-bench/run_plan.hpp"

#include <string>
#include <variant>

namespace reactor_bench {

/// `reactor-bench list`
struct list_request {};

/// The command line ends the program: with this status, after printing this (to standard error
/// unless 0).
struct early_exit {
    int status = 0;
    std::string text;
};

/// Reads the command line; status 2 and one line for a wrong one.
[[nodiscard]] std::variant<run_plan, list_request, early_exit>
parse_options(int argc, const char* const* argv);

/// What `reactor-bench list` prints: benchmarks with their parameters, and peers, also those that
/// this build has not.
[[nodiscard]] std::string list_text();

} // namespace reactor_bench
