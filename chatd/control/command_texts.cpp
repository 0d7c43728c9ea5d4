#include "chatd/control/command_texts.hpp"

#include <algorithm>
#include <array>

namespace chatd::control {

namespace {

constexpr std::array texts{
    command_text{"status", "", "how the daemon is",
                 "Version, process, time since the start, where it listens, how many are connected "
                 "and in the room, whether it is draining."},
    command_text{"who", "[--names]", "everybody who is connected",
                 "A row for each connection: name (empty before login), address (the client's, "
                 "where a proxy tells it), state, bytes that "
                 "the peer has not taken yet.  With --names only the names, one a line."},
    command_text{"rooms", "", "the rooms and how many are in them", ""},
    command_text{"kick", "NAME|ADDRESS:PORT [REASON...]", "end somebody's session",
                 "The address as 'who' shows it, for who has not logged in.  The room sees the "
                 "usual line of a leaver; what the session is still owed is sent "
                 "first.  The reason goes to the log, and to nobody else."},
    command_text{"ban", "ADDRESS|NETWORK|NAME [DURATION] [REASON...]",
                 "keep an address, a network or a name out",
                 "Whoever it hits is turned away when connecting or logging in, and sessions that "
                 "are there are closed.  The duration is a number of seconds, or of min, h, d or w "
                 "with that suffix; without it, the ban is for ever.  A name that looks like an "
                 "address is written name:NAME.  Bans outlive a restart if the daemon has a "
                 "--state-directory."},
    command_text{"unban", "ADDRESS|NETWORK|NAME", "let somebody come again",
                 "The target as it was banned."},
    command_text{"bans", "", "who is banned or muted, until when and why", ""},
    command_text{"mute", "NAME [DURATION] [REASON...]", "pass on nothing of what a name says",
                 "Duration and restarts as with ban."},
    command_text{"unmute", "NAME", "let somebody speak again", ""},
    command_text{"say", "TEXT...", "an announcement to everybody in the room",
                 "The line is ' * TEXT': no other line of the daemon begins with a blank, so no "
                 "user's line can be taken for it."},
    command_text{
        "limits", "", "the limits and other options in effect",
        "Each option with its value, as the configuration file would have it, and where it "
        "was given."},
    command_text{"stats", "", "counters since the start", ""},
    command_text{"trace", "", "what the last 256 iterations of the event loop did",
                 "The flight recorder, for people to read; its form may change."},
    command_text{"reload", "", "read the configuration anew",
                 "All or nothing: with a mistake, everything stays as it was, and the answer names "
                 "every one.  No session is closed.  What only a restart can change is named."},
    command_text{"upgrade", "[BINARY]", "go on as another program, with every session",
                 "The program, by its full path, or the file that the daemon was started from, as "
                 "it is now, takes the daemon's place: no connection is lost.  It is asked first "
                 "whether it can; if not, the daemon goes on as it is."},
    command_text{"log-level", "[LEVEL]", "the least important that is logged",
                 "debug, info, warning or error from now on, until the configuration has another "
                 "one at a reload, or the next program starts; without LEVEL, what holds now."},
    command_text{
        "drain", "[--rate N]", "stop accepting, end all sessions gradually, exit",
        "N sessions a second, 100 unless told otherwise.  Each leaves the room in the usual "
        "way and gets what it is owed.  The daemon exits with status 0 when all have gone.  "
        "As a service it is started again by the next client; to stop for good: systemctl "
        "stop chatd.socket chatd.service."},
    command_text{
        "stop", "", "stop now, as SIGTERM does",
        "No more is accepted or read; what was said is sent within --drain-time; the exit "
        "status is 0.  As a service it is started again by the next client; to stop for good: "
        "systemctl stop chatd.socket chatd.service."},
    command_text{"help", "[COMMAND]", "the commands, or one of them", ""},
    command_text{"version", "", "the daemon's version", ""},
};

} // namespace

std::span<const command_text> command_texts() noexcept { return texts; }

const command_text* find_command_text(std::string_view word) noexcept {
    const auto* const found = std::find_if(
        texts.begin(), texts.end(), [word](const command_text& one) { return one.word == word; });
    return found != texts.end() ? found : nullptr;
}

} // namespace chatd::control
