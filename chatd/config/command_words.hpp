#pragma once

#include "chatd/config/option_table.hpp"

#include <span>
#include <string>
#include <vector>

namespace chatd {

/// What the command line says, not yet understood.
struct command_words {
    struct setting {
        std::string name; ///< Of an option in the table.
        std::vector<std::string> values;
    };
    std::vector<setting> settings;
    std::vector<std::string> mistakes; ///< Unknown options, values that are missing.
    std::string output;                ///< The answer to `--help` or `--version`, if one was given.

    /// The last value of an option; null if it was not given.
    [[nodiscard]] const std::string* value_of(std::string_view name) const noexcept;
};

/// Splits the words of a command line, the program's name not among them.
[[nodiscard]] command_words read_command_words(const option_table& table,
                                               std::span<const std::string> words);

} // namespace chatd
