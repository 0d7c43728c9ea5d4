#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace chatd {

class session;

/// One command of a room.
struct command {
    std::string_view word;
    void (*run)(session& caller, std::string_view argument);
    /// Lines that its line counts as in the session's flood bucket: the more, the more work it is
    /// for the server or for everybody in the room.
    std::uint8_t cost;
    /// May be carried out before the log has delivered what the session said before.
    bool runs_ahead;
};

/// What can be said where; a session is always in exactly one of the two.
[[nodiscard]] std::span<const command> login_commands() noexcept;
[[nodiscard]] std::span<const command> chat_commands() noexcept;

/// The command of that name, case and all; null for an unknown one.
[[nodiscard]] const command* find_command(std::span<const command> table,
                                          std::string_view word) noexcept;

} // namespace chatd
