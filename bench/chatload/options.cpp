#include "bench/chatload/options.hpp"

#include "bench/chatload/line_format.hpp"
#include "bench/measure/units.hpp"

#include <reactor/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace chatload {

namespace {

constexpr const char* description =
    "Loads a chat server and checks what it delivers: every client must get every line, whole, "
    "once\n"
    "and in one order.  Clients log in (NAMEs are unique per run); some of them say lines; the "
    "report\n"
    "gives rates, latencies and the server's CPU time per delivered line.";

constexpr const char* footer =
    "A line counts its bytes as delivered, 'NAME: TEXT' and LF; the command that says it is\n"
    "'say TEXT' and LF, 8 bytes less.  Latency runs from the sending of a line (with --rate: from "
    "when\n"
    "it was due) to the sender's own echo, and to some other clients.  Ctrl-C ends a run early, "
    "with\n"
    "its report.  Exit status: 0 all is well, 1 a violation or failure, 2 usage.";

/// As they stand on the command line.
struct raw_options {
    std::string connect = "127.0.0.1:6666";
    std::string duration = "10s";
    std::string warm_up = "1s";
    std::string patience = "10s";
};

void declare(CLI::App& app, options& chosen, raw_options& raw) {
    app.add_option("--connect", raw.connect, "Where the server listens, a numeric address")
        ->type_name("ADDR:PORT")
        ->capture_default_str();
    app.add_option("--clients", chosen.clients, "Clients that log in")
        ->type_name("N")
        ->check(CLI::Range(1U, line_format::max_clients))
        ->capture_default_str();
    app.add_option("--senders", chosen.senders, "Clients of these that say lines")
        ->type_name("S")
        ->check(CLI::Range(1U, line_format::max_clients))
        ->capture_default_str();
    auto* window = app.add_option("--window", chosen.window,
                                  "Closed loop: lines a sender may have without their echo")
                       ->type_name("W")
                       ->check(CLI::Range(1U, 65536U))
                       ->capture_default_str();
    app.add_option("--rate", chosen.rate, "Open loop: lines per second of all senders together")
        ->type_name("R")
        ->check(CLI::Range(0.001, 1e7))
        ->excludes(window);
    app.add_option("--size", chosen.size, "Bytes of a delivered line 'NAME: TEXT', LF included")
        ->type_name("B")
        ->check(CLI::Range(line_format::min_line_bytes, line_format::max_line_bytes))
        ->capture_default_str();
    app.add_option("--duration", raw.duration, "How long to measure: 10, 10s, 500ms, 2m")
        ->type_name("T")
        ->capture_default_str();
    app.add_option("--warm-up", raw.warm_up, "How long to send before measuring")
        ->type_name("T")
        ->capture_default_str();
    app.add_option("--patience", raw.patience, "How long to wait for a server that does nothing")
        ->type_name("T")
        ->capture_default_str();
    app.add_option("--idle", chosen.idle, "Further connections that never log in")
        ->type_name("K")
        ->check(CLI::Range(0U, 1'000'000U))
        ->capture_default_str();
    app.add_option("--json", chosen.json, "Write the report to this file, too")->type_name("FILE");
    app.add_option("--server-pid", chosen.server_pid,
                   "The server's process, for its CPU and memory")
        ->type_name("PID")
        ->check(CLI::PositiveNumber);
    app.set_version_flag("--version", fmt::format("chatload {}", reactor::version));
}

early_exit usage_error(std::string_view what) {
    std::string line(what.substr(0, what.find('\n')));
    return {2, fmt::format("chatload: {} (see chatload --help)\n", line)};
}

/// Gives what is wrong, in words; empty when nothing is.
std::string read_duration(const char* option, const std::string& text, bool may_be_zero,
                          std::chrono::nanoseconds& value) {
    const auto read = bench::parse_duration(text);
    if (!read || (read->count() == 0 && !may_be_zero))
        return fmt::format("{}: '{}' is no duration like 10s or 500ms", option, text);
    value = *read;
    return {};
}

std::string read_server(std::string text, reactor::endpoint& server) {
    if (text.starts_with("localhost:"))
        text.replace(0, 9, "127.0.0.1");
    std::string why;
    const auto parsed = reactor::endpoint::parse(text, &why);
    if (!parsed)
        return fmt::format("--connect: '{}': {}", text, why);
    server = *parsed;
    return {};
}

std::string check(const raw_options& raw, options& chosen) {
    std::string wrong = read_server(raw.connect, chosen.server);
    if (wrong.empty())
        wrong = read_duration("--duration", raw.duration, false, chosen.duration);
    if (wrong.empty())
        wrong = read_duration("--warm-up", raw.warm_up, true, chosen.warm_up);
    if (wrong.empty())
        wrong = read_duration("--patience", raw.patience, false, chosen.patience);
    if (wrong.empty() && chosen.senders > chosen.clients)
        wrong = fmt::format("--senders: {} is more than the {} clients", chosen.senders,
                            chosen.clients);
    return wrong;
}

} // namespace

std::variant<options, early_exit> parse_options(int argc, const char* const* argv) {
    options chosen;
    raw_options raw;
    CLI::App app{description, "chatload"};
    app.footer(footer);
    declare(app, chosen, raw);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return early_exit{0, app.help()};
    } catch (const CLI::CallForVersion& version) {
        return early_exit{0, std::string(version.what()) + "\n"};
    } catch (const CLI::ParseError& error) {
        return usage_error(error.what());
    }
    if (const std::string wrong = check(raw, chosen); !wrong.empty())
        return usage_error(wrong);
    return chosen;
}

} // namespace chatload
