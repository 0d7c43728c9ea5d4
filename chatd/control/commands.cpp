#include "chatd/control/commands.hpp"

#include "chatd/control/acting_commands.hpp"
#include "chatd/control/ban_commands.hpp"
#include "chatd/control/command_texts.hpp"
#include "chatd/control/telling_commands.hpp"
#include "chatd/log.hpp"

#include <algorithm>
#include <array>
#include <exception>

namespace chatd::control {

namespace {

constexpr bool changes = true;

constexpr std::array table{
    command{"status", &tell_status},
    command{"who", &tell_who, 0, 1},
    command{"rooms", &tell_rooms},
    command{"kick", &kick, 1, any_number, changes},
    command{"ban", &ban, 1, any_number, changes},
    command{"unban", &unban, 1, 1, changes},
    command{"bans", &tell_bans},
    command{"mute", &mute, 1, any_number, changes},
    command{"unmute", &unmute, 1, 1, changes},
    command{"say", &say, 1, any_number, changes},
    command{"limits", &tell_limits},
    command{"stats", &tell_stats},
    command{"trace", &tell_trace},
    command{"reload", &reload, 0, 0, changes},
    command{"upgrade", &upgrade, 0, 1, changes},
    command{"log-level", &set_log_level, 0, 1, changes},
    command{"drain", &drain, 0, 2, changes},
    command{"stop", &stop, 0, 0, changes},
    command{"help", &tell_help, 0, 1},
    command{"version", &tell_version},
};

std::string usage_of(std::string_view word) {
    std::string usage{word};
    if (const command_text* text = find_command_text(word); text && !text->arguments.empty())
        usage.append(" ").append(text->arguments);
    return usage;
}

void refuse_unknown(std::string_view word, answer& to) {
    std::string why = "there is no command ";
    append_log_value(why, word.substr(0, 40));
    to.refuse(why + "; 'help' lists them");
}

} // namespace

std::span<const command> commands() noexcept { return table; }

const command* find_command(std::string_view word) noexcept {
    const auto* const found =
        std::find_if(table.begin(), table.end(), [word](const auto& c) { return c.word == word; });
    return found != table.end() ? found : nullptr;
}

const command* carry_out(daemon& process, std::span<const std::string> words, answer& to) {
    const command* const wanted = words.empty() ? nullptr : find_command(words.front());
    if (wanted == nullptr) {
        refuse_unknown(words.empty() ? "" : words.front(), to);
        return nullptr;
    }
    const auto given = words.subspan(1);
    if (given.size() < wanted->fewest || given.size() > wanted->most) {
        to.refuse("usage: " + usage_of(wanted->word));
        return nullptr;
    }
    try {
        wanted->run(process, given, to);
    } catch (const std::exception& failure) {
        to.refuse(failure.what());
    }
    return wanted;
}

} // namespace chatd::control
