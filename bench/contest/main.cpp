#include "bench/contest/contest.hpp"
#include "bench/contest/machine.hpp"
#include "bench/contest/options.hpp"
#include "bench/contest/output.hpp"
#include "bench/contest/tables.hpp"
#include "bench/measure/environment.hpp"
#include "bench/measure/json_file.hpp"
#include "bench/measure/probe.hpp"

#include <reactor/version.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

using contest::contender;

/// What is made and found before the first trial.
struct preparation {
    contest::contest_plan plan;
    std::vector<std::string> notes;
};

/// What is not installed, and how it can be; empty when nothing is missing.
std::string missing_line(const std::vector<contender>& missing) {
    std::string line;
    for (const contender& one : missing)
        line += fmt::format("{}{}", line.empty() ? "Missing: " : ", ", one.name);
    if (const std::string install = contest::install_line(missing); !install.empty())
        line += "; to install: " + install;
    return line;
}

/// Those that were asked for; what is missing is an error only when it was named.
std::vector<contender> choose(const contest::options& asked, std::vector<contender> all,
                              std::vector<std::string>& notes) {
    std::vector<contender> chosen;
    std::vector<contender> missing;
    for (contender& one : all) {
        const bool wanted =
            std::find(asked.servers.begin(), asked.servers.end(), one.name) != asked.servers.end();
        if (wanted || asked.servers.empty())
            (one.program.empty() ? missing : chosen).push_back(std::move(one));
    }
    if (!missing.empty())
        notes.push_back(missing_line(missing));
    if (!missing.empty() && !asked.servers.empty())
        throw std::runtime_error(notes.back());
    if (chosen.empty())
        throw std::runtime_error("there is no server to try");
    return chosen;
}

preparation prepare(const contest::options& asked, const std::filesystem::path& ours) {
    preparation made;
    auto& plan = made.plan;
    plan.servers = choose(asked, contest::all_contenders(ours), made.notes);
    plan.settings = contest::make_settings(asked.members, asked.idle);
    for (std::string& line :
         contest::leave_out_what_does_not_fit(plan.settings, bench::raise_descriptor_limit()))
        made.notes.push_back(std::move(line));
    plan.repeats = asked.repeats;
    plan.how.by.chatload = ours / "chatload";
    plan.how.duration = asked.duration;
    if (const auto cores = contest::find_cores()) {
        plan.server_core = cores->server;
        plan.how.by.core = cores->generator;
    } else {
        made.notes.emplace_back(
            "Servers and load had one core together: figures say little on such a machine.");
    }
    return made;
}

/// Where the results go.
struct output_files {
    std::string table;
    std::string page;
    std::string json; ///< Empty: none.
};

/// Throws std::runtime_error where one cannot be written: now, not after an hour.
output_files open_output(const contest::options& asked) {
    const std::filesystem::path directory = asked.output;
    std::filesystem::create_directories(directory);
    output_files files{(directory / "shootout.txt").string(),
                       (directory / "shootout.html").string(), asked.json};
    for (const std::string& name : {files.table, files.page, files.json})
        if (!name.empty())
            bench::check_writable(name);
    return files;
}

void report(const output_files& files, const contest::results& found) {
    const std::string text = contest::to_text(found);
    fmt::print("{}\nThe page is {}\n", text, files.page);
    std::fflush(stdout);
    bench::write_file(files.table, text);
    bench::write_file(files.page, contest::to_html(found));
    if (!files.json.empty())
        bench::write_file(files.json, bench::json_text(contest::to_json(found)));
}

void tell(std::size_t number, std::size_t of, const std::string& what) {
    fmt::print(stderr, "[{}/{}] {}\n", number, of, what);
}

int run(const contest::options& asked) {
    const auto ours = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    preparation made = prepare(asked, ours);
    const output_files files = open_output(asked);
    for (const std::string& note : made.notes)
        fmt::print(stderr, "{}\n", note);
    auto machine = bench::read_environment(fmt::format("shootout {}", reactor::version));
    const contest::held_signals signals;
    contest::results found = contest::hold(made.plan, signals, tell);
    found.machine = std::move(machine);
    found.notes = std::move(made.notes);
    report(files, found);
    return contest::complete(found) ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    try {
        const auto parsed = contest::parse_options(argc, argv);
        if (const auto* exit = std::get_if<contest::early_exit>(&parsed)) {
            fmt::print(exit->status == 0 ? stdout : stderr, "{}", exit->text);
            return exit->status;
        }
        return run(std::get<contest::options>(parsed));
    } catch (const std::exception& error) {
        fmt::print(stderr, "shootout: {}\n", error.what());
        return 1;
    }
}
