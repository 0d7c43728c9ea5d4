#pragma once

#include <span>
#include <string_view>

namespace chatd::control {

/// What users are told of one command, by `help`, by chatctl and by its manual page.
struct command_text {
    std::string_view word;
    std::string_view arguments; ///< `NAME [REASON...]`; empty for none.
    std::string_view summary;   ///< One line, without a full stop.
    std::string_view details;   ///< Whole sentences; may be empty.
};

/// All commands of the control socket, in the order in which they are shown.
[[nodiscard]] std::span<const command_text> command_texts() noexcept;

/// Null for an unknown one.
[[nodiscard]] const command_text* find_command_text(std::string_view word) noexcept;

} // namespace chatd::control
