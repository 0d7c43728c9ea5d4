#pragma once

#include "bench/chatload/plan.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace chatload {

/// `chatload [OPTIONS]`: runs a load, once, repeatedly or at rising rates.  Checked.
struct run_command {
    plan asked;
    std::uint32_t repeat = 1;
    std::optional<std::chrono::nanoseconds> slo; ///< Find the highest rate that holds it.
    std::size_t searched = 0;                    ///< Of the loads: the one whose rate that is.
    bool quiet = false;
    std::string json; ///< File; empty: none.
    std::string html; ///< The same.
};

/// `chatload compare A B`: puts two reports side by side.
struct compare_command {
    std::string before; ///< JSON file.
    std::string after;  ///< The same.
    std::string html;   ///< File; empty: none.
};

/// The command line ends the program: with this status, after printing this (to standard error
/// unless 0).
struct early_exit {
    int status = 0;
    std::string text;
};

using command = std::variant<run_command, compare_command, early_exit>;

/// Reads the command line, and the scenario that it names; status 2 and one line for a wrong one.
[[nodiscard]] command parse_options(int argc, const char* const* argv);

} // namespace chatload
