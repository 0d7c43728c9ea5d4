#pragma once

#include "chatd/control/commands.hpp"

/// The commands that only tell something; see command_texts.cpp for what users are told.
namespace chatd::control {

void tell_status(daemon& process, arguments given, answer& to);
void tell_who(daemon& process, arguments given, answer& to);
void tell_rooms(daemon& process, arguments given, answer& to);
void tell_limits(daemon& process, arguments given, answer& to);
void tell_stats(daemon& process, arguments given, answer& to);
void tell_trace(daemon& process, arguments given, answer& to);
void tell_help(daemon& process, arguments given, answer& to);
void tell_version(daemon& process, arguments given, answer& to);

} // namespace chatd::control
