#include "bench/chatload/plan_settings.hpp"

#include "bench/chatload/line_format.hpp"
#include "bench/chatload/protocols/protocol.hpp"
#include "bench/measure/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>
#include <system_error>

namespace chatload {

namespace {

using std::chrono::nanoseconds;

std::string read_count(std::uint32_t& into, const std::string& text, std::uint32_t least,
                       std::uint32_t greatest) {
    const auto value = parse_count(text, least, greatest);
    if (!value)
        return fmt::format("'{}' is not a whole number from {} to {}", text, least, greatest);
    into = *value;
    return {};
}

std::string read_number(double& into, const std::string& text, double least, double greatest) {
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    if (error != std::errc{} || rest != end || !(value >= least && value <= greatest))
        return fmt::format("'{}' is not a number from {} to {}", text, least, greatest);
    into = value;
    return {};
}

std::string read_duration(nanoseconds& into, const std::string& text, bool may_be_zero) {
    const auto value = bench::parse_duration(text);
    if (!value || (value->count() == 0 && !may_be_zero))
        return fmt::format("'{}' is not a duration like 10s, 500ms or 2m", text);
    into = *value;
    return {};
}

std::string read_flag(bool& into, const std::string& text) {
    if (text != "true" && text != "false")
        return fmt::format("'{}' is neither true nor false", text);
    into = text == "true";
    return {};
}

std::string read_size(plan& into, const std::string& text) {
    const auto value = bench::parse_size(text);
    if (!value || *value < line_format::min_line_bytes || *value > line_format::max_line_bytes)
        return fmt::format("'{}' is not a size from {} to {} bytes, like 64 or 1KiB", text,
                           line_format::min_line_bytes, line_format::max_line_bytes);
    into.size = *value;
    return {};
}

std::string read_server(plan& into, std::string text) {
    if (text.starts_with("localhost:"))
        text.replace(0, 9, "127.0.0.1");
    std::string why;
    const auto parsed = reactor::endpoint::parse(text, &why);
    if (!parsed)
        return fmt::format("'{}': {}", text, why);
    if (parsed->family() != AF_UNIX && parsed->port() == 0)
        return fmt::format("'{}': nobody listens on port 0; give the server's", text);
    into.server = *parsed;
    return {};
}

std::string read_protocol(plan& into, const std::string& text) {
    const auto known = protocol_names();
    if (std::find(known.begin(), known.end(), text) == known.end())
        return fmt::format("'{}' is not one of {}", text, fmt::join(known, ", "));
    into.protocol = text;
    return {};
}

std::string read_source(plan& into, const std::string& text) {
    const bool v6 = text.find(':') != std::string::npos;
    if (!reactor::endpoint::parse(v6 ? fmt::format("[{}]:0", text) : text + ":0"))
        return fmt::format("'{}' is not an address like 127.0.0.2 or ::1", text);
    into.sources.push_back(text);
    return {};
}

std::string read_pid(plan& into, const std::string& text) {
    constexpr auto most = static_cast<std::uint32_t>(std::numeric_limits<int>::max());
    const auto value = parse_count(text, 1, most);
    if (!value)
        return fmt::format("'{}' is not the number of a process", text);
    into.server_pid = static_cast<int>(*value);
    return {};
}

constexpr setting<plan> of_run[] = {
    {"connect", "ADDR:PORT", "127.0.0.1:6666", "Where the server listens, a numeric address",
     [](plan& into, const std::string& text) { return read_server(into, text); }},
    {"protocol", "NAME", "chatd", "What it speaks", read_protocol},
    {"server-pid", "PID", "", "The server's process, for what it costs", read_pid},
    {"source", "ADDR", "", "An address to connect from, when one's ports run out; repeatable",
     read_source},
    {"size", "BYTES", "64", "Of a delivered line 'NAME: TEXT', LF included", read_size},
    {"duration", "TIME", "10s", "How long to measure: 10, 10s, 500ms, 2m",
     [](plan& into, const std::string& text) { return read_duration(into.duration, text, false); }},
    {"warm-up", "TIME", "1s", "How long to load the server before measuring",
     [](plan& into, const std::string& text) { return read_duration(into.warm_up, text, true); }},
    {"patience", "TIME", "10s", "How long to wait for a server that does nothing",
     [](plan& into, const std::string& text) { return read_duration(into.patience, text, false); }},
    {"threads", "T", "1", "A loop each, with its share of the clients",
     [](plan& into, const std::string& text) { return read_count(into.threads, text, 1, 256); }},
};

constexpr setting<load> of_load[] = {
    {"clients", "N", "100",
     "Clients; of 'rooms' 10 in each, of 'churn' those that visit at the same time, at most",
     [](load& into, const std::string& text) {
         return read_count(into.clients, text, 1, line_format::max_clients);
     }},
    {"rooms", "R", "10", "Rooms of that many clients each",
     [](load& into, const std::string& text) {
         return read_count(into.rooms, text, 1, line_format::max_clients);
     }},
    {"senders", "S", "1", "Clients in each room that say lines",
     [](load& into, const std::string& text) {
         return read_count(into.senders, text, 1, line_format::max_clients);
     }},
    {"window", "W", "64",
     "Closed loop: lines a sender may have without their echo; of 'ping' 1: questions",
     [](load& into, const std::string& text) { return read_count(into.window, text, 1, 65536); }},
    {"rate", "R", "",
     "Open loop: lines, questions or visits a second in all, whatever the server does; of 'churn' "
     "50",
     [](load& into, const std::string& text) { return read_number(into.rate, text, 0.001, 1e7); }},
    {"share", "X", "0.1", "Of the clients that stop reading, 0 to 1",
     [](load& into, const std::string& text) { return read_number(into.share, text, 0.001, 1); }},
    {"logged-in", "true|false", "false", "Whether idle connections log in",
     [](load& into, const std::string& text) { return read_flag(into.logged_in, text); }},
};

/// Which settings a workload has, in the order of the workloads.
constexpr std::string_view had[workload_count] = {
    "clients senders window rate",
    "clients rooms senders window rate",
    "clients window rate",
    "clients rate",
    "clients logged-in",
    "clients senders window rate share",
    "clients",
};

bool has_word(std::string_view words, std::string_view word) {
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        if (words.substr(0, end) == word)
            return true;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
}

} // namespace

std::span<const setting<plan>> run_settings() noexcept { return of_run; }

std::span<const setting<load>> load_settings() noexcept { return of_load; }

std::string why_no_setting(workload kind, std::string_view name) {
    const std::string_view words = had[static_cast<std::size_t>(kind)];
    if (has_word(words, name))
        return {};
    return fmt::format("the workload {} has none; it has: {}", to_string(kind), words);
}

std::optional<workload> parse_workload(std::string_view name) noexcept {
    for (std::size_t i = 0; i < workload_count; ++i) {
        if (name == to_string(static_cast<workload>(i)))
            return static_cast<workload>(i);
    }
    return {};
}

std::string workload_names(std::string_view separator) {
    std::string names;
    for (std::size_t i = 0; i < workload_count; ++i) {
        names += i == 0 ? std::string_view{} : separator;
        names += to_string(static_cast<workload>(i));
    }
    return names;
}

load default_load(workload kind) {
    load made;
    made.name = to_string(kind);
    made.kind = kind;
    if (kind == workload::rooms) {
        made.clients = 10;
        made.rooms = 10;
    }
    if (kind == workload::ping)
        made.window = 1;
    if (kind == workload::churn) {
        made.clients = 1000; // a server that halts for seconds is to be measured, not given up
        made.rate = 50;
    }
    return made;
}

std::optional<std::uint32_t> parse_count(std::string_view text, std::uint32_t least,
                                         std::uint32_t greatest) noexcept {
    std::uint32_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || rest != end || value < least || value > greatest)
        return {};
    return value;
}

} // namespace chatload
