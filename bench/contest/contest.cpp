#include "bench/contest/contest.hpp"

#include "bench/contest/running_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace contest {

namespace {

constexpr std::ptrdiff_t chances = 2;

/// The first line of what a program answers to `--version`.
std::string version_of(const contender& what, const held_signals& signals) {
    const private_dir directory;
    child asked({.argv = {what.program.string(), "--version"},
                 .directory = directory.path(),
                 .output = directory.path() / "answer",
                 .core = {}},
                signals);
    return asked.wait(std::chrono::seconds{5}) ? asked.first_words() : std::string{};
}

outcome try_once(const contest_plan& plan, const trial& which, const held_signals& signals) {
    const contender& one = plan.servers[which.server];
    outcome found{.which = which, .measured = {}, .failure = {}};
    try {
        running_server server(one, plan.server_core, signals);
        found.measured =
            put_to(plan.how, plan.settings[which.setting], one.protocol, server, signals);
    } catch (const std::exception& error) {
        found.failure = error.what();
    }
    return found;
}

bool is_hopeless(const results& so_far, const trial& next) {
    return std::count_if(so_far.outcomes.begin(), so_far.outcomes.end(), [&](const outcome& one) {
               return !one.measured && one.which.server == next.server &&
                      one.which.setting == next.setting;
           }) >= chances;
}

} // namespace

results hold(const contest_plan& plan, const held_signals& signals,
             const contest_watcher& watcher) {
    results found;
    found.settings = plan.settings;
    found.repeats = plan.repeats;
    found.duration = plan.how.duration;
    try {
        for (const contender& one : plan.servers)
            found.servers.push_back({one.name, version_of(one, signals)});
        const auto order = make_schedule(plan.servers.size(), plan.settings.size(), plan.repeats);
        for (std::size_t i = 0; i < order.size(); ++i) {
            if (is_hopeless(found, order[i]))
                continue;
            watcher(i + 1, order.size(),
                    fmt::format("{}: {}", plan.servers[order[i].server].name,
                                to_text(plan.settings[order[i].setting])));
            found.outcomes.push_back(try_once(plan, order[i], signals));
        }
    } catch (const interrupted&) {
        found.partial = true;
    }
    return found;
}

} // namespace contest
