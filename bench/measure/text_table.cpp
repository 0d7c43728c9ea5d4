#include "bench/measure/text_table.hpp"

#include <algorithm>
#include <cstddef>

namespace bench {

namespace {

/// Characters, not bytes: a plus-minus sign is two of those.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string padding(std::size_t wanted, const std::string& text) {
    return std::string(wanted - std::min(wanted, width(text)), ' ');
}

} // namespace

std::string aligned(std::span<const text_row> rows) {
    std::vector<std::size_t> widths(rows.front().size());
    for (const auto& each : rows) {
        widths[0] = std::max(widths[0], width(each[0]));
        for (std::size_t i = 1; i < each.size() && each.size() == widths.size(); ++i)
            widths[i] = std::max(widths[i], width(each[i]));
    }
    std::string text;
    for (const auto& each : rows) {
        std::string one = "  " + each[0] + padding(widths[0], each[0]);
        for (std::size_t i = 1; i < each.size(); ++i)
            one += "  " + padding(each.size() == widths.size() ? widths[i] : 0, each[i]) + each[i];
        text += one.substr(0, one.find_last_not_of(' ') + 1) + "\n";
    }
    return text;
}

} // namespace bench
