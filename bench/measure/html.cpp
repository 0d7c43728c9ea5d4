#include "bench/measure/html.hpp"

#include <nlohmann/json.hpp>

namespace bench {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

/// By the library that writes JSON, which has to tell UTF-8 from what is none anyway.
std::string well_formed(std::string_view text) {
    using nlohmann::json;
    const std::string quoted = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    return json::parse(quoted).get<std::string>();
}

} // namespace

std::string html_escape(std::string_view text) {
    const std::string clean = well_formed(text);
    std::string out;
    for (std::size_t i = 0; i < clean.size(); ++i) {
        const auto byte = static_cast<unsigned char>(clean[i]);
        const auto next = static_cast<unsigned char>(i + 1 < clean.size() ? clean[i + 1] : 0);
        if (byte == '&')
            out += "&amp;";
        else if (byte == '<')
            out += "&lt;";
        else if (byte == '>')
            out += "&gt;";
        else if (byte == '"')
            out += "&quot;";
        else if (byte == '\'')
            out += "&#39;";
        else if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F)
            out += replacement;
        else if (byte == 0xC2 && next < 0xA0) { // U+0080 to U+009F: control characters as well
            out += replacement;
            ++i;
        } else
            out += clean[i];
    }
    return out;
}

} // namespace bench
