#pragma once

#include "bench/goal-table/row.hpp"

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace goals {

/// What is to be measured, checked.
struct options {
    std::vector<row> rows;
    std::size_t repeats = 5;
    std::string json; ///< File; empty: none.
};

/// The command line ends the program: with this status, after printing this (to standard error
/// unless 0).
struct early_exit {
    int status = 0;
    std::string text;
};

/// Reads the command line; status 2 and one line for a wrong one.
[[nodiscard]] std::variant<options, early_exit> parse_options(int argc, const char* const* argv);

} // namespace goals
