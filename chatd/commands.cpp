#include "chatd/commands.hpp"

#include "chatd/session.hpp"

#include <array>

namespace chatd {

namespace {

constexpr bool waits_for_own_lines = false;
constexpr bool runs_ahead = true;

constexpr std::uint8_t one_line = 1;
constexpr std::uint8_t as_a_list = 4;      // of everybody
constexpr std::uint8_t as_told_to_all = 5; // and a session's start beside

void login(session& caller, std::string_view argument) { caller.login(argument); }
void logout(session& caller, std::string_view) { caller.logout(); }
void say(session& caller, std::string_view argument) { caller.say(argument); }
void look(session& caller, std::string_view) { caller.look(); }

constexpr std::array in_login_room{
    command{"login", &login, as_told_to_all, waits_for_own_lines},
    command{"logout", &logout, one_line, waits_for_own_lines},
};

constexpr std::array in_chat_room{
    command{"say", &say, one_line, runs_ahead},
    command{"look", &look, as_a_list, waits_for_own_lines},
    command{"logout", &logout, one_line, waits_for_own_lines},
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
