#pragma once

#include "chatd/control/commands.hpp"

/// The commands that do something; see command_texts.cpp for what users are told.
namespace chatd::control {

void kick(daemon& process, arguments given, answer& to);
void say(daemon& process, arguments given, answer& to);
void reload(daemon& process, arguments given, answer& to);
void upgrade(daemon& process, arguments given, answer& to);
void set_log_level(daemon& process, arguments given, answer& to);
void drain(daemon& process, arguments given, answer& to);
void stop(daemon& process, arguments given, answer& to);

} // namespace chatd::control
