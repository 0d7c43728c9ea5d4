#include "chatd/metrics/http_request.hpp"

#include <algorithm>

namespace chatd {

namespace {

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

/// What RFC 9110 calls a token.
bool is_token(std::string_view text) noexcept {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
               others.find(c) != std::string_view::npos;
    });
}

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Whether `word` is among the elements of a comma-separated list.
bool lists(std::string_view list, std::string_view word) noexcept {
    for (;;) {
        const auto comma = list.find(',');
        if (same_word(trimmed(list.substr(0, comma)), word))
            return true;
        if (comma == std::string_view::npos)
            return false;
        list.remove_prefix(comma + 1);
    }
}

} // namespace

std::string_view reason_of(http_status status) noexcept {
    switch (status) {
    case http_status::ok:
        return "OK";
    case http_status::bad_request:
        return "Bad Request";
    case http_status::not_found:
        return "Not Found";
    case http_status::method_not_allowed:
        return "Method Not Allowed";
    case http_status::request_timeout:
        return "Request Timeout";
    case http_status::uri_too_long:
        return "URI Too Long";
    case http_status::header_too_large:
        return "Request Header Fields Too Large";
    case http_status::unavailable:
        return "Service Unavailable";
    case http_status::version_not_supported:
        break;
    }
    return "HTTP Version Not Supported";
}

http_request::progress http_request::fail(http_status why) noexcept {
    error_ = why;
    return progress::failed;
}

http_request::progress http_request::take_line(std::string_view line) {
    const bool first = bytes_ == 0;
    bytes_ += line.size() + 1;
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (first && line.empty())
        return progress::more; // some clients end a former body with one line end too many
    if (bytes_ > max_head)
        return fail(http_status::header_too_large);
    if (method_.empty())
        return take_request_line(line);
    return line.empty() ? progress::complete : take_field(line);
}

http_request::progress http_request::take_request_line(std::string_view line) {
    const auto first = line.find(' ');
    const auto second = line.find(' ', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos || !is_token(line.substr(0, first)))
        return fail(http_status::bad_request);
    const auto version = line.substr(second + 1);
    if (!version.starts_with("HTTP/") || version.find(' ') != std::string_view::npos)
        return fail(http_status::bad_request);
    if (version != "HTTP/1.0" && version != "HTTP/1.1")
        return fail(http_status::version_not_supported);
    if (line.size() > max_request_line)
        return fail(http_status::uri_too_long);
    if (!take_target(line.substr(first + 1, second - first - 1)))
        return fail(http_status::bad_request);
    method_ = line.substr(0, first);
    keep_alive_ = version == "HTTP/1.1";
    return progress::more;
}

bool http_request::take_target(std::string_view target) {
    if (constexpr std::string_view scheme = "http://"; target.starts_with(scheme)) {
        const auto slash = target.find('/', scheme.size());
        target = slash == std::string_view::npos ? "/" : target.substr(slash);
    }
    const auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
    if (!target.starts_with('/') || !std::all_of(target.begin(), target.end(), printable))
        return false;
    path_ = target.substr(0, target.find('?'));
    return true;
}

http_request::progress http_request::take_field(std::string_view line) {
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    if (colon == std::string_view::npos || !is_token(name))
        return fail(http_status::bad_request); // also a line that continues another
    const auto value = trimmed(line.substr(colon + 1));
    if (same_word(name, "Connection")) {
        if (lists(value, "close"))
            keep_alive_ = false;
        else if (lists(value, "keep-alive"))
            keep_alive_ = true;
    } else if (same_word(name, "Content-Length")) {
        body_ = body_ || value != "0";
    } else if (same_word(name, "Transfer-Encoding")) {
        body_ = true;
    }
    return progress::more;
}

} // namespace chatd
