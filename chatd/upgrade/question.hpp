#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chatd {

/// The first word of the command line by which a running daemon asks another binary whether it can
/// take over: `--check-upgrade=FORMAT`, and after it the daemon's own command line.
inline constexpr std::string_view upgrade_question = "--check-upgrade=";

/// What a binary says that can; anything else is the reason why it cannot.
[[nodiscard]] std::string upgrade_consent(std::string_view format);

/// Answers the question, on standard output, if the command line is one: the exit status.  The
/// answer is yes when the format is the one that is read here, and the rest of the command line and
/// the files that it names make a configuration.
[[nodiscard]] std::optional<int> answer_upgrade_question(int argc, const char* const* argv);

} // namespace chatd
