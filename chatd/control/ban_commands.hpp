#pragma once

#include "chatd/control/commands.hpp"

/// The commands that keep somebody out or silent; see command_texts.cpp for what users are told.
namespace chatd::control {

void ban(daemon& process, arguments given, answer& to);
void unban(daemon& process, arguments given, answer& to);
void mute(daemon& process, arguments given, answer& to);
void unmute(daemon& process, arguments given, answer& to);
void tell_bans(daemon& process, arguments given, answer& to);

} // namespace chatd::control
