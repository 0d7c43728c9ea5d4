#include "chatd/commands.hpp"

#include "chatd/session.hpp"

#include <array>

namespace chatd {

namespace {

constexpr bool waits_for_own_lines = false;
constexpr bool runs_ahead = true;

void login(session& caller, std::string_view argument) { caller.login(argument); }
void logout(session& caller, std::string_view) { caller.logout(); }
void say(session& caller, std::string_view argument) { caller.say(argument); }
void look(session& caller, std::string_view) { caller.look(); }

constexpr std::array in_login_room{
    command{"login", &login, waits_for_own_lines},
    command{"logout", &logout, waits_for_own_lines},
};

constexpr std::array in_chat_room{
    command{"say", &say, runs_ahead},
    command{"look", &look, waits_for_own_lines},
    command{"logout", &logout, waits_for_own_lines},
};

} // namespace

std::span<const command> login_commands() noexcept { return in_login_room; }

std::span<const command> chat_commands() noexcept { return in_chat_room; }

const command* find_command(std::span<const command> table, std::string_view word) noexcept {
    for (const command& c : table)
        if (c.word == word)
            return &c;
    return nullptr;
}

} // namespace chatd
