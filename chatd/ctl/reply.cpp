#include "chatd/ctl/reply.hpp"

#include <utility>

namespace chatd::ctl {

namespace {

constexpr std::string_view error_prefix = ".error ";

bool form_of(std::string_view line, reply::form& shape) noexcept {
    if (line == ":text")
        shape = reply::form::text;
    else if (line == ":fields")
        shape = reply::form::fields;
    else if (line == ":table")
        shape = reply::form::table;
    else
        return false;
    return true;
}

} // namespace

bool reply_reader::feed(std::string_view bytes) {
    bytes_ += bytes.size();
    if (bytes_ > most_bytes)
        return false;
    while (!bytes.empty() && !complete_) {
        const auto end = bytes.find('\n');
        begun_.append(bytes.substr(0, end));
        if (end == std::string_view::npos)
            return true;
        bytes.remove_prefix(end + 1);
        if (!take_line(std::exchange(begun_, {})))
            return false;
    }
    return true;
}

bool reply_reader::take_line(std::string_view line) {
    if (line.starts_with("..")) {
        line.remove_prefix(1);
    } else if (line.starts_with('.')) {
        return take_status(line);
    }
    if (reply_.shape == reply::form::none)
        return form_of(line, reply_.shape);
    reply_.lines.emplace_back(line);
    return true;
}

bool reply_reader::take_status(std::string_view line) {
    complete_ = true;
    reply_.ok = line == ".ok";
    if (line.starts_with(error_prefix))
        reply_.error = line.substr(error_prefix.size());
    return reply_.ok || !reply_.error.empty();
}

} // namespace chatd::ctl
