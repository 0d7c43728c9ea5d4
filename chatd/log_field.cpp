#include "chatd/log_field.hpp"

#include "chatd/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace chatd {

namespace {

bool needs_quotes(std::string_view value) noexcept {
    return value.empty() || !is_plain(value) ||
           value.find_first_of(" \"\\=") != std::string_view::npos;
}

void append_bytes(std::string& out, std::string_view bytes) {
    for (char byte : bytes)
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(byte));
}

/// Appends one character as it may stand between quotes.
void append_quoted(std::string& out, decoded_char character, std::string_view bytes) {
    const char32_t value = character.value;
    if (!character.valid)
        append_bytes(out, bytes);
    else if (value == U'"' || value == U'\\')
        out.append("\\").append(bytes);
    else if (value == U'\n')
        out.append("\\n");
    else if (value == U'\r')
        out.append("\\r");
    else if (value == U'\t')
        out.append("\\t");
    else if (value < 0x20 || value == 0x7F)
        append_bytes(out, bytes);
    else if (is_removed(value, text_use::name))
        fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<std::uint32_t>(value));
    else
        out.append(bytes);
}

} // namespace

std::string_view name_of(log_level level) noexcept {
    switch (level) {
    case log_level::debug:
        return "debug";
    case log_level::info:
        return "info";
    case log_level::warning:
        return "warning";
    case log_level::error:
        break;
    }
    return "error";
}

void append_log_value(std::string& out, std::string_view value) {
    if (!needs_quotes(value)) {
        out.append(value);
        return;
    }
    out.push_back('"');
    while (!value.empty()) {
        const decoded_char next = decode_utf8(value);
        append_quoted(out, next, value.substr(0, next.size));
        value.remove_prefix(next.size);
    }
    out.push_back('"');
}

} // namespace chatd
