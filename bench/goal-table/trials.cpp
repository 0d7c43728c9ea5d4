#include "bench/goal-table/trials.hpp"

#include "bench/chatload/run_report.hpp"
#include "bench/contest/private_dir.hpp"
#include "bench/contest/running_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace goals {

namespace {

using namespace std::chrono_literals;

constexpr std::ptrdiff_t chances = 2;
constexpr auto most_beside_measuring = 300s; // fifteen thousand log in, each told of all others
constexpr auto most_of_a_search = 600s;

const contest::contender* find_server(const plan& what, const std::string& name) {
    for (const contest::contender& one : what.servers)
        if (one.name == name)
            return &one;
    return nullptr;
}

contest::contender with_options(contest::contender one, const std::vector<std::string>& options) {
    one.prepare = [usual = std::move(one.prepare), options](const std::filesystem::path& directory,
                                                            std::uint16_t port) {
        auto words = usual(directory, port);
        // What comes later beats what came before.
        words.insert(words.end(), options.begin(), options.end());
        return words;
    };
    return one;
}

std::string scenario_of(const entrant& who, std::optional<double> rate) {
    if (!who.takes_rate)
        return who.load;
    if (!rate)
        throw std::runtime_error("the highest rate is not known");
    return who.load + fmt::format("rate = {:.0f}\n", *rate);
}

measured try_once(const plan& what, const contest::contender& base, const entrant& who,
                  std::optional<double> rate, const contest::held_signals& signals) {
    const contest::private_dir directory;
    const auto scenario = directory.path() / "load.conf";
    std::ofstream(scenario) << scenario_of(who, rate);
    contest::running_server server(with_options(base, who.options), what.server_core, signals);
    measured found = measured_of(
        contest::report_of(what.by,
                           {"--scenario", scenario.string(), "--patience", "60s", "--duration",
                            fmt::format("{}ms", who.duration.count())},
                           base.protocol, server, who.duration + most_beside_measuring, signals));
    if (who.server == "chatd")
        if (const auto longest = longest_iteration_in(server.end()))
            found.longest_iteration = *longest;
    return found;
}

bool is_hopeless(const results& so_far, const entrant& who) {
    return std::count_if(so_far.trials.begin(), so_far.trials.end(),
                         [&](const trial& one) { return !one.found && one.who == who; }) >= chances;
}

std::string title_of(const entrant& who) {
    std::string text = who.server + ":";
    for (const std::string& option : who.options)
        text += " " + option;
    for (std::size_t from = 0; from < who.load.size();) {
        const std::size_t end = who.load.find('\n', from);
        text += " " + who.load.substr(from, end - from);
        from = end + 1;
    }
    return text;
}

double highest_rate(const plan& what, const entrant& who, const contest::held_signals& signals) {
    const auto* base = find_server(what, who.server);
    if (base == nullptr)
        throw std::runtime_error(who.server + " is missing");
    contest::running_server server(*base, what.server_core, signals);
    const contest::private_dir directory;
    const auto scenario = directory.path() / "load.conf";
    std::ofstream(scenario) << who.load << "rate = 1000\n";
    const auto report = contest::report_of(
        what.by,
        {"--scenario", scenario.string(), "--find-limit", "--slo", "20ms", "--duration", "2s"},
        base->protocol, server, most_of_a_search, signals);
    if (!report.limit || !report.limit->highest_held)
        throw std::runtime_error("no rate was held");
    return *report.limit->highest_held;
}

/// Half of what the weakest of the entrants that take a rate can hold.
void find_rate(const plan& what, results& into, const contest::held_signals& signals,
               const watcher& tell) {
    std::optional<double> least;
    for (const entrant& who : schedule(what.rows, 0)) {
        if (!who.takes_rate)
            continue;
        tell("highest rate of " + title_of(who));
        try {
            const double rate = highest_rate(what, who, signals);
            into.notes.push_back(
                fmt::format("100 of 1000 speak: {} held {:.0f} lines/s", who.server, rate));
            least = std::min(least.value_or(rate), rate);
        } catch (const std::exception& error) {
            into.notes.push_back(
                fmt::format("100 of 1000 speak, {}: {}", who.server, error.what()));
        }
    }
    if (least)
        into.rate = *least / 2;
}

void try_all(const plan& what, results& into, const contest::held_signals& signals,
             const watcher& tell) {
    find_rate(what, into, signals, tell);
    for (std::size_t repeat = 0; repeat < what.repeats; ++repeat) {
        const auto order = schedule(what.rows, repeat);
        for (std::size_t i = 0; i < order.size(); ++i) {
            const auto* base = find_server(what, order[i].server);
            if (base == nullptr || is_hopeless(into, order[i]))
                continue;
            tell(fmt::format("repetition {} of {}, {}/{}: {}", repeat + 1, what.repeats, i + 1,
                             order.size(), title_of(order[i])));
            trial& made = into.trials.emplace_back();
            made.who = order[i];
            made.repeat = repeat;
            try {
                made.found = try_once(what, *base, order[i], into.rate, signals);
            } catch (const std::exception& error) {
                made.failure = error.what();
            }
        }
    }
}

} // namespace

std::vector<entrant> schedule(const std::vector<row>& rows, std::size_t repeat) {
    std::vector<entrant> order;
    for (const row& one : rows) {
        if (repeat >= one.most_repeats)
            continue;
        for (std::size_t i = 0; i < places; ++i) {
            const auto& who = one.by_place[(i + repeat) % places];
            if (who && std::find(order.begin(), order.end(), *who) == order.end())
                order.push_back(*who);
        }
    }
    return order;
}

results measure(const plan& what, const contest::held_signals& signals, const watcher& tell) {
    results found;
    found.rows = what.rows;
    found.repeats = what.repeats;
    try {
        try_all(what, found, signals, tell);
    } catch (const contest::interrupted&) {
        found.partial = true;
    }
    return found;
}

} // namespace goals
