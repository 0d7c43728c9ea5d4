#include "bench/contest/load_run.hpp"

#include "bench/chatload/report_json.hpp"
#include "bench/contest/child.hpp"
#include "bench/contest/private_dir.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <system_error>
#include <vector>

namespace contest {

namespace {

using namespace std::chrono_literals;

/// For coming and going of all connections, and for a server that hardly goes on.
constexpr auto most_beside_measuring = 120s;

std::vector<std::string> words_for(const load& how, const setting& what) {
    std::vector<std::string> words{"--clients",  std::to_string(what.members),
                                   "--senders",  "1",
                                   "--window",   std::to_string(load::window),
                                   "--size",     std::to_string(load::size),
                                   "--duration", fmt::format("{}ms", how.duration.count()),
                                   "--warm-up",  fmt::format("{}ms", (how.duration / 6).count())};
    if (what.idle > 0)
        words.insert(words.end(), {"--idle", std::to_string(what.idle)});
    return words;
}

} // namespace

chatload::run_report report_of(const generator& by, const std::vector<std::string>& words,
                               const std::string& protocol, running_server& server,
                               std::chrono::milliseconds most, const held_signals& signals) {
    const private_dir directory;
    const auto report = directory.path() / "report.json";
    std::vector<std::string> argv{by.chatload.string(),
                                  "--quiet",
                                  "--connect",
                                  server.address(),
                                  "--protocol",
                                  protocol,
                                  "--server-pid",
                                  std::to_string(server.pid()),
                                  "--json",
                                  report.string()};
    argv.insert(argv.end(), words.begin(), words.end());
    child running({.argv = argv,
                   .directory = directory.path(),
                   .output = directory.path() / "output",
                   .core = by.core},
                  signals);
    const bool ended = running.wait(most);
    if (server.ended())
        throw std::runtime_error("the server " + server.last_words());
    if (!ended)
        throw std::runtime_error("chatload does not come to an end");
    std::error_code none;
    if (const auto size = std::filesystem::file_size(report, none); none || size == 0)
        throw std::runtime_error("chatload " + running.last_words());
    return chatload::read_report(report.string());
}

figures put_to(const load& how, const setting& what, const std::string& protocol,
               running_server& server, const held_signals& signals) {
    return figures_of(report_of(how.by, words_for(how, what), protocol, server,
                                2 * how.duration + most_beside_measuring, signals));
}

} // namespace contest
