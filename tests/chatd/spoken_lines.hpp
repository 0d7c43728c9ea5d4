#pragma once

#include <string>

/// `count` commands that say numbers, from `first` on.
inline std::string says(int count, int first = 0) {
    std::string lines;
    for (int i = first; i < first + count; ++i)
        lines += "say " + std::to_string(i) + "\n";
    return lines;
}

/// What the room gets of the first `count` of them.
inline std::string heard_of(const std::string& name, int count) {
    std::string lines;
    for (int i = 0; i < count; ++i)
        lines += name + ": " + std::to_string(i) + "\n";
    return lines;
}
