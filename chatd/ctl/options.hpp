#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// chatctl: sends one command to a running chatd by its control socket and shows the answer.
namespace chatd::ctl {

/// The daemon refused, or could not be asked.
inline constexpr int refused_status = 1;
inline constexpr int usage_error_status = 2;

/// What the command line asks for.
struct options {
    std::string socket = "/run/chatd/control.sock";
    std::chrono::milliseconds timeout = std::chrono::seconds{10}; ///< For all of it together.
    bool json = false;
    std::vector<std::string> words; ///< The command and its arguments; never empty.
};

/// Options to run with, or something to print and the status to exit with.
struct command_line {
    std::optional<options> chosen;
    int status = 0;
    std::string output; ///< For standard output.
    std::string error;  ///< For standard error: one line that says what would be right.
};

/// `--json` may also stand behind a command whose arguments are no free text.
[[nodiscard]] command_line parse_command_line(int argc, const char* const* argv);

/// What users are told of one option, by `--help` and by the manual page.
struct option_text {
    std::string_view name;
    std::string_view placeholder; ///< Empty for a flag.
    std::string_view text;        ///< Without a full stop.
};
[[nodiscard]] std::span<const option_text> option_texts() noexcept;

} // namespace chatd::ctl
