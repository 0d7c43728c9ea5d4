#include "bench/chatload/options.hpp"

#include "bench/chatload/help_format.hpp"
#include "bench/chatload/plan_check.hpp"
#include "bench/chatload/plan_settings.hpp"
#include "bench/chatload/scenario.hpp"
#include "bench/chatload/usage_error.hpp"
#include "bench/measure/units.hpp"

#include <reactor/version.hpp>

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace chatload {

namespace {

constexpr const char* description =
    "Loads a chat server and checks what it delivers: every client must get every line, whole, "
    "once\n"
    "and in one order.  The report gives rates, latencies and what each line costs the server.";

constexpr const char* footer =
    "Workloads: fan-out (all in one room, some say lines), rooms (the same in several), ping\n"
    "(question and answer), churn (clients come, say a line and go), idle (connections that do\n"
    "nothing), stalled (some readers stop reading), storm (all come at once).\n"
    "A line counts its bytes as delivered, 'NAME: TEXT' and LF.  With --rate latency runs from "
    "when\n"
    "a line was due, else from its sending.  Ctrl-C ends a run early, with its report; a second "
    "one\n"
    "ends it at once.  Exit status: 0 all is well, as far as it went, 1 a violation or\n"
    "failure, 2 usage.\n"
    "Examples:\n"
    "  chatload --clients 1000 --window 64 --server-pid \"$(pidof chatd)\"\n"
    "  chatload --workload ping --rate 5000 --duration 1m --html report.html\n"
    "  chatload --find-limit --slo 20ms --clients 200\n"
    "  chatload --scenario /usr/share/chatload/evening.conf --repeat 5 --json after.json\n"
    "  chatload compare before.json after.json";

/// Settings as they stand on the command line, by name.
using given_settings = std::map<std::string_view, std::vector<std::string>>;

/// All else as it stands there.
struct given_options {
    given_settings settings;
    std::string workload{to_string(workload::fan_out)};
    std::string scenario;
    std::string idle;
    std::string repeat = "1";
    bool find_limit = false;
    std::string slo = "20ms";
    run_command chosen;
    compare_command compared;
};

template <class Target>
CLI::Option* add_setting(CLI::App& app, const setting<Target>& known, given_settings& given,
                         const char* group) {
    auto* option = app.add_option_function<std::vector<std::string>>(
        fmt::format("--{}", known.name),
        [&given, &known](const std::vector<std::string>& texts) { given[known.name] = texts; },
        known.meaning);
    option->group(group)->type_name(known.placeholder)->default_str(known.preset)->type_size(1);
    if (known.name == "source")
        return option->expected(1, 1000)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    return option->expected(1);
}

void declare_load(CLI::App& app, given_options& given) {
    constexpr const char* group = "What the clients do";
    auto* scenario =
        app.add_option("--scenario", given.scenario,
                       "Several loads at a time, from a file (/usr/share/chatload has some)")
            ->group(group)
            ->type_name("FILE");
    app.add_option("--workload", given.workload, "One of " + workload_names(", "))
        ->group(group)
        ->type_name("KIND")
        ->capture_default_str()
        ->excludes(scenario);
    for (const auto& known : load_settings())
        add_setting(app, known, given.settings, group)->excludes(scenario);
    app.add_option("--idle", given.idle, "Further connections beside these that never log in")
        ->group(group)
        ->type_name("K")
        ->excludes(scenario);
    app.get_option("--window")->excludes("--rate");
}

void declare_run(CLI::App& app, given_options& given) {
    for (const auto& known : run_settings())
        add_setting(app, known, given.settings, "The run");
    auto* repeat = app.add_option("--repeat", given.repeat, "Runs, to tell noise from differences")
                       ->group("The run")
                       ->type_name("N")
                       ->capture_default_str();
    auto* find =
        app.add_flag("--find-limit", given.find_limit,
                     "Raise the rate, from --rate or 1000 a second, as long as p99 keeps "
                     "--slo; each step measures 3s unless --duration or a scenario says otherwise")
            ->group("The run")
            ->excludes(repeat)
            ->excludes("--window");
    app.add_option("--slo", given.slo, "The latency that 99 % must not exceed")
        ->group("The run")
        ->type_name("TIME")
        ->capture_default_str()
        ->needs(find);
}

void declare_output(CLI::App& app, given_options& given) {
    constexpr const char* group = "What it tells";
    app.add_option("--json", given.chosen.json, "Write the report to this file, for programs")
        ->group(group)
        ->type_name("FILE");
    app.add_option("--html", given.chosen.html, "Write it as a page with charts, for people")
        ->group(group)
        ->type_name("FILE");
    app.add_flag("--quiet", given.chosen.quiet, "No progress while it runs")->group(group);
    app.set_help_flag("-h,--help", "Print this and exit")->group(group);
    app.set_version_flag("--version", fmt::format("chatload {}", reactor::version),
                         "Print the version and exit")
        ->group(group);
}

CLI::App* declare_compare(CLI::App& app, given_options& given) {
    CLI::App* compare = app.add_subcommand(
        "compare", "Put two reports side by side and say what differs by more than noise");
    compare->footer("");
    compare->add_option("A", given.compared.before, "Report of the one")
        ->type_name("A.json")
        ->required();
    compare->add_option("B", given.compared.after, "Report of the other")
        ->type_name("B.json")
        ->required();
    compare->add_option("--html", given.compared.html, "Write it as a page, too")
        ->type_name("FILE");
    return compare;
}

template <class Target>
void apply(std::span<const setting<Target>> known, const given_settings& given, Target& into) {
    for (const auto& one : known) {
        const auto texts = given.find(one.name);
        if (texts == given.end())
            continue;
        for (const std::string& text : texts->second) {
            if (const std::string wrong = one.read(into, text); !wrong.empty())
                throw usage_error(fmt::format("--{}: {}", one.name, wrong));
        }
    }
}

/// The one load that the options describe.
load load_of(const given_options& given) {
    const auto kind = parse_workload(given.workload);
    if (!kind)
        throw usage_error(
            fmt::format("--workload: '{}' is not one of {}", given.workload, workload_names(", ")));
    for (const auto& known : load_settings()) {
        if (!given.settings.contains(known.name))
            continue;
        if (const std::string why = why_no_setting(*kind, known.name); !why.empty())
            throw usage_error(fmt::format("--{}: {}", known.name, why));
    }
    load made = default_load(*kind);
    apply(load_settings(), given.settings, made);
    return made;
}

/// Connections beside the load.
load idle_beside(const load& main, const std::string& text) {
    constexpr std::uint32_t most = 1'000'000;
    if (main.kind == workload::idle)
        throw usage_error("--idle: is for connections beside a workload; give --clients instead");
    const auto count = parse_count(text, 0, most);
    if (!count)
        throw usage_error(
            fmt::format("--idle: '{}' is not a whole number from 0 to {}", text, most));
    load made = default_load(workload::idle);
    made.clients = *count;
    return made;
}

plan plan_of(const given_options& given) {
    plan made;
    if (!given.scenario.empty()) {
        made = read_scenario_file(given.scenario);
        if (given.settings.contains("source"))
            made.sources.clear();
    } else {
        made.server = reactor::endpoint::loopback_v4(6666);
        made.loads.push_back(load_of(given));
        if (!given.idle.empty())
            made.loads.push_back(idle_beside(made.loads.front(), given.idle));
        if (made.loads.back().clients == 0)
            made.loads.pop_back();
    }
    apply(run_settings(), given.settings, made);
    return made;
}

void check(const plan& asked, const std::string& scenario) {
    const auto wrong = validate_plan(asked);
    if (!wrong)
        return;
    if (wrong->load && !scenario.empty())
        throw usage_error(fmt::format("{}: [{}] {}: {}", scenario, asked.loads[*wrong->load].name,
                                      wrong->setting, wrong->what));
    throw usage_error(fmt::format("--{}: {}", wrong->setting, wrong->what));
}

/// Which load's rate a search raises: the only one with a rate, else the only one that may have
/// one.
std::size_t searched_load(const plan& asked) {
    std::vector<std::size_t> with_rate;
    std::vector<std::size_t> possible;
    for (std::size_t i = 0; i < asked.loads.size(); ++i) {
        if (!why_no_setting(asked.loads[i].kind, "rate").empty())
            continue;
        possible.push_back(i);
        if (asked.loads[i].rate > 0)
            with_rate.push_back(i);
    }
    const auto& candidates = with_rate.empty() ? possible : with_rate;
    if (candidates.size() != 1)
        throw usage_error(
            candidates.empty()
                ? "--find-limit: no load has a rate to raise; see --workload"
                : "--find-limit: several loads could be meant; give one of them a rate");
    return candidates.front();
}

/// What a search needs: a rate to start from, and steps that are short.
void prepare_search(const given_options& given, run_command& made) {
    const auto slo = bench::parse_duration(given.slo);
    if (!slo || slo->count() == 0)
        throw usage_error(fmt::format("--slo: '{}' is not a duration like 20ms or 1s", given.slo));
    made.slo = *slo;
    made.searched = searched_load(made.asked);
    load& raised = made.asked.loads[made.searched];
    if (raised.rate <= 0)
        raised.rate = 1000;
    if (given.scenario.empty() && !given.settings.contains("duration"))
        made.asked.duration = std::chrono::seconds{3};
}

run_command run_of(const given_options& given) {
    constexpr std::uint32_t most_runs = 1000;
    run_command made = given.chosen;
    made.asked = plan_of(given);
    check(made.asked, given.scenario);
    const auto repeat = parse_count(given.repeat, 1, most_runs);
    if (!repeat)
        throw usage_error(fmt::format("--repeat: '{}' is not a whole number from 1 to {}",
                                      given.repeat, most_runs));
    made.repeat = *repeat;
    if (given.find_limit)
        prepare_search(given, made);
    return made;
}

early_exit usage_exit(std::string_view what, std::string_view help) {
    return {2,
            fmt::format("chatload: {} (see {} --help)\n", what.substr(0, what.find('\n')), help)};
}

/// `compare` has its own options: one before it would have no effect.
void refuse_others(const CLI::App& app) {
    for (const CLI::Option* option : app.get_options()) {
        if (option->count() > 0)
            throw usage_error(fmt::format("{} has no meaning before compare", option->get_name()));
    }
}

} // namespace

command parse_options(int argc, const char* const* argv) {
    given_options given;
    CLI::App app{description, "chatload"};
    app.footer(footer);
    app.formatter(std::make_shared<help_format>());
    declare_load(app, given);
    declare_run(app, given);
    declare_output(app, given);
    const CLI::App* compare = declare_compare(app, given);
    const auto help_of = [&] { return compare->parsed() ? "chatload compare" : "chatload"; };
    try {
        app.parse(argc, argv);
        if (!compare->parsed())
            return run_of(given);
        refuse_others(app);
        return given.compared;
    } catch (const CLI::CallForHelp&) {
        return early_exit{0, app.help() + "\n"};
    } catch (const CLI::CallForVersion& version) {
        return early_exit{0, std::string(version.what()) + "\n"};
    } catch (const CLI::ParseError& error) {
        return usage_exit(error.what(), help_of());
    } catch (const usage_error& error) {
        return usage_exit(error.what(), help_of());
    }
}

} // namespace chatload
