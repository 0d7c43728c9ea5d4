#include "bench/reactor-bench/options.hpp"

#include "bench/measure/nearest.hpp"

#include <reactor/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string_view>

namespace reactor_bench {

namespace {

constexpr const char* description =
    "Measures what an event loop costs: this project's, raw epoll, and others that are installed.\n"
    "Exit status: 0 all is well, 1 a failure, 2 usage.";

constexpr const char* run_footer =
    "What has several values (--size 64,4096) is measured with each.  Figures are medians of the\n"
    "rounds, with the distance from the least to the greatest as a share of the median; on a busy\n"
    "machine pin the program to a core (taskset -c 1 reactor-bench run ...).  REACTOR_POLLER "
    "chooses\n"
    "the back end of the reactor's loop.";

struct usage_error {
    std::string text;
};

/// What the words of `run` say, as they stand there.
struct words {
    std::vector<std::string> names;
    std::vector<std::string> loops;
    std::map<std::string, std::vector<std::uint64_t>> values; ///< By parameter.
};

std::vector<std::string> names_of(const auto& things) {
    std::vector<std::string> names;
    names.reserve(things.size());
    for (const auto& each : things)
        names.push_back(each.name);
    return names;
}

/// The thing of that name, or a usage error that names the nearest.
template <class Things>
const auto& find_named(const Things& things, const std::string& name, std::string_view kind) {
    const auto found = std::find_if(things.begin(), things.end(),
                                    [&](const auto& each) { return each.name == name; });
    if (found != things.end())
        return *found;
    const auto known = names_of(things);
    const auto nearest = bench::nearest_word(name, known);
    throw usage_error{
        nearest.empty()
            ? fmt::format("there is no {} '{}'; there are {}", kind, name, fmt::join(known, ", "))
            : fmt::format("there is no {} '{}'; did you mean '{}'?", kind, name, nearest)};
}

/// A loop that was not built in is something else than a slip of the keyboard.
const peer& find_loop(const std::string& name) {
    for (const auto& [missing, package] : missing_peers()) {
        if (missing == name)
            throw usage_error{fmt::format(
                "--loop: this build has no {}: install {} and build again", name, package)};
    }
    return find_named(peers(), name, "loop");
}

std::vector<const benchmark*> chosen_benchmarks(const std::vector<std::string>& names) {
    std::vector<const benchmark*> chosen;
    for (const auto& name : names)
        find_named(benchmarks(), name, "benchmark");
    for (const auto& each : benchmarks()) {
        if (names.empty() || std::find(names.begin(), names.end(), each.name) != names.end())
            chosen.push_back(&each);
    }
    return chosen;
}

std::vector<const peer*> chosen_loops(const std::vector<std::string>& names) {
    std::vector<const peer*> chosen;
    for (const auto& name : names)
        static_cast<void>(find_loop(name));
    for (const auto& each : peers()) {
        if (names.empty() || std::find(names.begin(), names.end(), each.name) != names.end())
            chosen.push_back(&each);
    }
    return chosen;
}

/// The benchmark's parameters with the values that the user chose.
std::vector<parameter> with_values(const benchmark& what, const words& said) {
    auto parameters = what.parameters;
    for (auto& each : parameters) {
        const auto chosen = said.values.find(each.name);
        if (chosen == said.values.end() || chosen->second.empty())
            continue;
        each.values = chosen->second;
        for (const auto value : each.values) {
            if (value < each.least || value > each.most)
                throw usage_error{fmt::format("--{}: {} is not between {} and {}, as {} needs it",
                                              each.name, value, each.least, each.most, what.name)};
        }
    }
    return parameters;
}

bool has_parameter(const benchmark& what, const std::string& name) {
    return std::any_of(what.parameters.begin(), what.parameters.end(),
                       [&](const parameter& each) { return each.name == name; });
}

/// Every option of a benchmark must be one of those that are run.
void check_used(const std::vector<const benchmark*>& chosen, const words& said) {
    for (const auto& said_one : said.values) {
        const std::string& name = said_one.first;
        if (said_one.second.empty() ||
            std::any_of(chosen.begin(), chosen.end(),
                        [&](const benchmark* each) { return has_parameter(*each, name); }))
            continue;
        std::vector<std::string> owners;
        for (const auto& each : benchmarks()) {
            if (has_parameter(each, name))
                owners.push_back(each.name);
        }
        throw usage_error{fmt::format("--{} is an option of {}, which is not run", name,
                                      fmt::join(owners, " and "))};
    }
}

run_plan::part make_part(const benchmark& what, const words& said, const run_plan& plan) {
    run_plan::part part{
        .what = &what, .settings = settings_of(with_values(what, said), plan.scale), .loops = {}};
    for (const peer* each : plan.loops) {
        if (what.offered(*each))
            part.loops.push_back(each);
    }
    if (part.loops.empty())
        throw usage_error{fmt::format("{} does not offer {}", plan.loops.front()->name, what.name)};
    for (const auto& each : part.settings) {
        if (what.complaint == nullptr)
            continue;
        if (auto complaint = what.complaint(each); !complaint.empty())
            throw usage_error{std::move(complaint)};
    }
    return part;
}

run_plan complete(run_plan plan, const words& said) {
    const auto chosen = chosen_benchmarks(said.names);
    plan.loops = chosen_loops(said.loops);
    check_used(chosen, said);
    for (const benchmark* each : chosen)
        plan.parts.push_back(make_part(*each, said, plan));
    return plan;
}

/// An option for each name that a parameter has, in whichever benchmarks.
void declare_parameters(CLI::App& command, words& said) {
    for (const auto& what : benchmarks()) {
        for (const auto& each : what.parameters) {
            if (said.values.contains(each.name))
                continue;
            command.add_option("--" + each.name, said.values[each.name], each.meaning)
                ->type_name("N,...")
                ->delimiter(',')
                ->group("Of the benchmarks (their defaults: see reactor-bench list)");
        }
    }
}

void declare_run(CLI::App& command, run_plan& plan, words& said) {
    static const std::map<std::string, counting> ways{{"auto", counting::automatic},
                                                      {"processor", counting::processor},
                                                      {"callgrind", counting::callgrind},
                                                      {"none", counting::none}};
    command.footer(run_footer);
    command.add_option("name", said.names, "Benchmarks (default: all)")->type_name("NAME...");
    command.add_option("--loop", said.loops, "Loops, as list names them (default: all)")
        ->type_name("NAME,...")
        ->delimiter(',');
    command.add_option("--rounds", plan.rounds, "How often each is run, in turns")
        ->type_name("N")
        ->check(CLI::Range(1U, 1000U))
        ->capture_default_str();
    command.add_option("--scale", plan.scale, "Multiplies how much is done in a round")
        ->type_name("F")
        ->check(CLI::Range(1e-6, 1e6))
        ->capture_default_str();
    command
        .add_option("--instructions", plan.instructions,
                    "Who counts them: processor, callgrind, none or auto (default): the processor "
                    "where it lets us, else callgrind")
        ->type_name("WAY")
        ->transform(CLI::CheckedTransformer(ways).description(""));
    command.add_option("--json", plan.json, "Writes everything to this file, as JSON")
        ->type_name("FILE");
    command.add_option("--html", plan.html, "Writes a page with tables and charts to this file")
        ->type_name("FILE");
    declare_parameters(command, said);
}

early_exit wrong_usage(std::string_view what) {
    return {2, fmt::format("reactor-bench: {} (see reactor-bench --help)\n",
                           what.substr(0, what.find('\n')))};
}

std::string values_text(const parameter& what) {
    return fmt::format("--{} {}", what.name, fmt::join(what.values, ","));
}

} // namespace

std::variant<run_plan, list_request, early_exit> parse_options(int argc, const char* const* argv) {
    run_plan plan;
    words said;
    CLI::App app{description, "reactor-bench"};
    app.set_version_flag("--version", fmt::format("reactor-bench {}", reactor::version));
    app.require_subcommand(0, 1); // whether there is one is said below, after what is wrong
    auto& list = *app.add_subcommand("list", "Names the benchmarks and the loops");
    auto& run = *app.add_subcommand("run", "Runs benchmarks in alternating rounds");
    declare_run(run, plan, said);
    try {
        app.parse(argc, argv);
        if (list.parsed())
            return list_request{};
        if (!run.parsed())
            return wrong_usage("a subcommand is needed: list or run");
        return complete(std::move(plan), said);
    } catch (const CLI::CallForHelp&) {
        return early_exit{0, app.help()};
    } catch (const CLI::CallForVersion& version) {
        return early_exit{0, std::string(version.what()) + "\n"};
    } catch (const CLI::ParseError& error) {
        return wrong_usage(error.what());
    } catch (const usage_error& error) {
        return wrong_usage(error.text);
    }
}

std::string list_text() {
    std::string text = "Benchmarks (reactor-bench run NAME...), with their options and defaults:\n";
    for (const auto& each : benchmarks()) {
        std::vector<std::string> options;
        for (const auto& one : each.parameters)
            options.push_back(values_text(one));
        text += fmt::format("  {:<10} {}\n  {:<10} {}\n", each.name, each.about, "",
                            fmt::join(options, " "));
    }
    text += "Loops (--loop NAME):\n";
    for (const auto& each : peers())
        text += fmt::format("  {:<14} {}\n", each.name, each.version);
    for (const auto& each : missing_peers())
        text += fmt::format("  {:<14} not in this build: install {} and build again\n", each.name,
                            each.package);
    return text;
}

} // namespace reactor_bench
