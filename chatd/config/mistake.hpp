#pragma once

#include <cstddef>
#include <string>

namespace chatd {

/// Where a value or a mistake stands.
struct source {
    std::string file;     ///< Empty: not in a file.
    std::size_t line = 0; ///< From 1; 0: the file as a whole.
    bool given = true;    ///< False: nowhere, it is a default.

    /// `FILE:LINE`, `FILE`, `command line` or `default`.
    [[nodiscard]] std::string to_string() const {
        if (!file.empty())
            return line != 0 ? file + ":" + std::to_string(line) : file;
        return given ? "command line" : "default";
    }
};

/// What is wrong with a configuration.
struct mistake {
    source where;
    std::string text; ///< Key, what was given, what would be right; no full stop.

    /// One line for a person, without newline; of the command line the text alone.
    [[nodiscard]] std::string to_string() const {
        return where.file.empty() ? text : where.to_string() + ": " + text;
    }
};

} // namespace chatd
