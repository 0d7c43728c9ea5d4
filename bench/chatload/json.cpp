#include "bench/chatload/json.hpp"

#include <cmath>
#include <cstddef>

namespace chatload {

namespace {

/// Length of the well-formed UTF-8 sequence that `text` starts with; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xC2 ? 0
                               : first < 0xE0 ? 2
                               : first < 0xF0 ? 3
                               : first < 0xF5 ? 4
                                              : 0;
    if (length == 0 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80)
            return 0;
    }
    if (length > 2) { // not the shortest form, a surrogate, or beyond U+10FFFF
        const unsigned second = byte(1);
        if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
            (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F))
            return 0;
    }
    return length;
}

} // namespace

std::string json_string(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        const auto first = static_cast<unsigned char>(text.front());
        if (length == 0)
            out += "\\ufffd";
        else if (first == '"' || first == '\\')
            out.append({'\\', text.front()});
        else if (first < 0x20 || first == 0x7F)
            out += fmt::format("\\u{:04x}", first);
        else
            out += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    out += '"';
    return out;
}

json_object& json_object::number(std::string_view name, double value) {
    return raw(name, std::isfinite(value) ? fmt::format("{:.6g}", value) : "null");
}

json_object& json_object::raw(std::string_view name, std::string_view value) {
    if (!members_.empty())
        members_ += ", ";
    members_ += json_string(name);
    members_ += ": ";
    members_ += value;
    return *this;
}

} // namespace chatload
