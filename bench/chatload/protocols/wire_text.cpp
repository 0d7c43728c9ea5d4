#include "bench/chatload/protocols/wire_text.hpp"

#include <fmt/format.h>

#include <utility>

namespace chatload {

namespace {

constexpr std::size_t shown_bytes = 80;

} // namespace

wire_line first_line(std::string_view input) noexcept {
    const std::size_t end = input.find('\n');
    if (end == std::string_view::npos)
        return {};
    return {input.substr(0, end), end + 1};
}

wire_line first_crlf_line(std::string_view input) noexcept {
    wire_line line = first_line(input);
    if (line.text.ends_with('\r'))
        line.text.remove_suffix(1);
    return line;
}

std::string quoted(std::string_view bytes) {
    std::string made = "\"";
    for (const char c : bytes.substr(0, shown_bytes)) {
        if (c == '\n')
            made += "\\n";
        else if (c == '\r')
            made += "\\r";
        else if (c == '"' || c == '\\')
            (made += '\\') += c;
        else if (c < ' ' || c > '~')
            made += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            made += c;
    }
    return made + (bytes.size() > shown_bytes ? "\"..." : "\"");
}

message unfinished(std::string_view input) {
    if (input.size() <= max_message_bytes)
        return {};
    return broken(input,
                  fmt::format("got {} bytes without an end: {}", input.size(), quoted(input)));
}

login_step unfinished_login(std::string_view input) {
    message found = unfinished(input);
    return found.what == message::kind::broken ? refused(std::move(found.why)) : login_step{};
}

message broken(std::string_view text, std::string why) {
    return {.what = message::kind::broken, .text = text, .why = std::move(why)};
}

login_step refused(std::string why) {
    return {.now = login_step::state::refused, .why = std::move(why)};
}

login_step refused_by(std::string_view input, std::string_view why) {
    const wire_line line = first_crlf_line(input);
    if (line.bytes == 0 && input.size() <= shown_bytes)
        return {};
    return refused(fmt::format("{}: {}", why, quoted(line.bytes == 0 ? input : line.text)));
}

} // namespace chatload
