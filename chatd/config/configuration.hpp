#pragma once

#include "chatd/config/mistake.hpp"
#include "chatd/options.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace chatd {

/// An option's value in force.
struct setting {
    std::string name;
    std::vector<std::string> values; ///< As command line and file write them.
    source from;
};

/// What the daemon runs with, and where each value of it came from.
struct configuration {
    options values;
    std::vector<setting> settings;  ///< One for each option that a file can have, in their order.
    std::vector<std::string> words; ///< The command line's, to be read again.
    std::string file;               ///< That `--config` names; empty: none was read.
};

/// What became of reading a configuration.
struct configuration_reading {
    std::optional<configuration> made; ///< Empty if there are mistakes.
    std::vector<mistake> mistakes;     ///< Every one, in the order of reading.
    std::vector<std::string> kept;     ///< Options that are new and that only a restart can change.
};

/// Reads the files anew that `words` name, and puts all together: the command line beats the last
/// file, that the files before it, and those the defaults.
/// @param words    of the command line, without the program's name; none may ask for output.
/// @param running  if given, options that need a restart keep its values.
[[nodiscard]] configuration_reading read_configuration(std::span<const std::string> words,
                                                       const configuration* running = nullptr);

/// Every option with its value and the value's source, a line each, as a file could have them.
[[nodiscard]] std::string show(const configuration& shown);

} // namespace chatd
