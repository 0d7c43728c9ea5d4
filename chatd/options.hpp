#pragma once

#include "chatd/limits.hpp"
#include "chatd/listeners.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chatd {

/// What the command line asks for.
struct options {
    std::vector<listen_spec> listen; ///< Never empty; `localhost:6666` unless told otherwise.
    limits limit;
};

/// What `parse_command_line` found: options to run with, or something to print and the status to
/// exit with.
struct command_line {
    std::optional<options> chosen; ///< Empty: print `output` and `error`, exit with `status`.
    int status = 0;                ///< 0 after `--help` and `--version`, 2 after a usage error.
    std::string output;            ///< For standard output.
    std::string error; ///< For standard error: one line that names option, fault and remedy.
};

inline constexpr int usage_error_status = 2;

/// Reads the command line.  Of an option that is given more than once the last counts; `--listen`
/// adds up. Sizes take the suffixes KiB and MiB, times s (the default) and ms; ranges and
/// combinations are checked.
[[nodiscard]] command_line parse_command_line(int argc, const char* const* argv);

} // namespace chatd
