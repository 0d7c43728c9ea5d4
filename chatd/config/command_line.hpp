#pragma once

#include "chatd/config/configuration.hpp"

#include <optional>
#include <string>

namespace chatd {

/// What `parse_command_line` found: a configuration to run with, or something to print and the
/// status to exit with.
struct command_line {
    std::optional<configuration> chosen; ///< Empty: print both texts, exit with `status`.
    int status = 0;                      ///< 0 after `--help` and the like, 2 after a mistake.
    std::string output;                  ///< For standard output.
    std::string error;                   ///< For standard error: a line for each mistake.
};

inline constexpr int usage_error_status = 2;

/// Reads the command line, and the file that it names.  Of an option that is given more than once
/// the last counts; `--listen` adds up.  Sizes take the suffixes KiB, MiB and GiB, times ms, s (the
/// default), min and h; ranges and combinations are checked.
[[nodiscard]] command_line parse_command_line(int argc, const char* const* argv);

} // namespace chatd
