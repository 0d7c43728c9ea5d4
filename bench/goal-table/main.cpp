#include "bench/contest/contender.hpp"
#include "bench/contest/machine.hpp"
#include "bench/goal-table/options.hpp"
#include "bench/goal-table/output.hpp"
#include "bench/measure/environment.hpp"
#include "bench/measure/json_file.hpp"
#include "bench/measure/probe.hpp"

#include <reactor/version.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

/// Finds servers and cores.
/// @param notes  gets what is not there.
goals::plan prepare(const goals::options& asked, std::vector<std::string>& notes) {
    const auto ours = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    goals::plan made;
    made.rows = asked.rows;
    made.repeats = asked.repeats;
    made.by.chatload = ours / "chatload";
    bench::raise_descriptor_limit();
    for (contest::contender& one : contest::all_contenders(ours)) {
        const bool named = one.name == "chatd" || one.name == "yardstick" || one.name == "redis";
        if (!named)
            continue;
        if (!one.program.empty())
            made.servers.push_back(std::move(one));
        else if (one.package.empty())
            throw std::runtime_error(one.name + " is not where this program is");
        else
            notes.push_back(
                fmt::format("Missing: {}; to install: apt-get install {}", one.name, one.package));
    }
    if (const auto cores = contest::find_cores()) {
        made.server_core = cores->server;
        made.by.core = cores->generator;
    } else {
        notes.emplace_back("Servers and load had one core together: the figures say little.");
    }
    return made;
}

int run(const goals::options& asked) {
    if (!asked.json.empty())
        bench::check_writable(asked.json);
    std::vector<std::string> notes;
    const goals::plan what = prepare(asked, notes);
    auto machine = bench::read_environment(fmt::format("goals {}", reactor::version));
    const contest::held_signals signals;
    goals::results found = goals::measure(
        what, signals, [](const std::string& begins) { fmt::print(stderr, "{}\n", begins); });
    found.machine = std::move(machine);
    found.notes.insert(found.notes.begin(), notes.begin(), notes.end());
    fmt::print("{}", goals::to_text(found));
    std::fflush(stdout);
    if (!asked.json.empty())
        bench::write_file(asked.json, bench::json_text(goals::to_json(found)));
    return goals::complete(found) ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    try {
        const auto parsed = goals::parse_options(argc, argv);
        if (const auto* exit = std::get_if<goals::early_exit>(&parsed)) {
            fmt::print(exit->status == 0 ? stdout : stderr, "{}", exit->text);
            return exit->status;
        }
        return run(std::get<goals::options>(parsed));
    } catch (const std::exception& error) {
        fmt::print(stderr, "goals: {}\n", error.what());
        return 1;
    }
}
