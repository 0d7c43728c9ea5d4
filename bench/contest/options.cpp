#include "bench/contest/options.hpp"

#include "bench/contest/contender.hpp"
#include "bench/contest/peers.hpp"
#include "bench/measure/units.hpp"

#include <reactor/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace contest {

namespace {

constexpr const char* description =
    "Puts the same load to chatd, to a yardstick that does the least possible, and to whichever\n"
    "other servers are installed, in turn and again and again, and compares what a delivery\n"
    "costs them, how late lines come, and what a session takes.";

constexpr const char* footer =
    "Each number of members is tried without idle connections, each number of idle connections\n"
    "with the middle number of members.  What the limit of descriptors does not allow is left out\n"
    "and said.  Servers run on one core and the load on another, all of it on 127.0.0.1.\n"
    "Ctrl-C ends it, with a report of what was measured.  Exit status: 0 all is well, 1 a failure\n"
    "or an early end, 2 usage.";

constexpr std::uint32_t most_members = 10'000;

struct raw_options {
    std::string duration;
    bool quick = false;
};

/// In a fraction of the time, for a first look.
void hurry(const CLI::App& app, options& chosen, raw_options& raw) {
    const auto given = [&app](const char* name) { return app.get_option(name)->count() > 0; };
    if (!given("--members"))
        chosen.members = {10, 100};
    if (!given("--idle"))
        chosen.idle = {0};
    if (!given("--repeats"))
        chosen.repeats = 3;
    if (!given("--duration"))
        raw.duration = "1s";
}

std::string names() {
    std::string text = std::string{"chatd, "} + denominator;
    for (const peer& other : peers())
        text += fmt::format(", {}", other.name);
    return text;
}

bool is_known(const std::string& name) {
    const auto has_name = [&name](const peer& other) { return other.name == name; };
    return name == "chatd" || name == denominator ||
           std::any_of(peers().begin(), peers().end(), has_name);
}

void declare(CLI::App& app, options& chosen, raw_options& raw) {
    app.add_option("--servers", chosen.servers, "Which ones, of " + names())
        ->type_name("LIST")
        ->delimiter(',')
        ->default_str("all that are installed");
    app.add_option("--members", chosen.members, "Members of the room, one after the other")
        ->type_name("LIST")
        ->delimiter(',')
        ->check(CLI::Range(1U, most_members))
        ->default_str("10,100,1000");
    app.add_option("--idle", chosen.idle, "Idle connections beside them, one after the other")
        ->type_name("LIST")
        ->delimiter(',')
        ->check(CLI::Range(0U, peer_clients - most_members / 10))
        ->default_str("0,5000,15000");
    app.add_option("--repeats", chosen.repeats, "How often each is done")
        ->type_name("N")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_option("--duration", raw.duration, "How long each measures")
        ->type_name("T")
        ->default_str("3s");
    app.add_flag("--quick", raw.quick,
                 "A first look: --members 10,100 --idle 0 --repeats 3 --duration 1s");
    app.add_option("--output", chosen.output,
                   "Directory for the table, shootout.txt, and the page, shootout.html")
        ->type_name("DIR")
        ->capture_default_str();
    app.add_option("--json", chosen.json, "Write all figures to this file, too")->type_name("FILE");
    app.set_version_flag("--version", fmt::format("shootout {}", reactor::version));
}

std::string check(const raw_options& raw, options& chosen) {
    for (const std::string& name : chosen.servers)
        if (!is_known(name))
            return fmt::format("--servers: '{}' is none of {}", name, names());
    if (raw.duration.empty())
        return {};
    const auto read = bench::parse_duration(raw.duration);
    chosen.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
        read.value_or(std::chrono::nanoseconds{0}));
    if (chosen.duration.count() == 0)
        return fmt::format("--duration: '{}' is no duration like 3s or 500ms", raw.duration);
    return {};
}

early_exit usage_error(std::string_view what) {
    return {2,
            fmt::format("shootout: {} (see shootout --help)\n", what.substr(0, what.find('\n')))};
}

} // namespace

std::variant<options, early_exit> parse_options(int argc, const char* const* argv) {
    options chosen;
    raw_options raw;
    CLI::App app{description, "shootout"};
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
    if (raw.quick)
        hurry(app, chosen, raw);
    if (const std::string wrong = check(raw, chosen); !wrong.empty())
        return usage_error(wrong);
    return chosen;
}

} // namespace contest
