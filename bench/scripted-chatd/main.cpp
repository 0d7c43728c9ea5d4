// What `bench/instructions` counts the instructions of.

#include "bench/scripted-chatd/scripted_room.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstddef>
#include <cstdio>
#include <exception>

namespace {

/// What is played, as often as asked for.
struct script {
    bool visits = false;
    std::size_t members = 100;
    std::size_t lines = 64;
    std::size_t times = 10;
};

void declare(CLI::App& app, script& chosen) {
    const auto count = CLI::Range(std::size_t{1}, std::size_t{10'000});
    const auto common = [&](CLI::App* command) {
        command->add_option("--members", chosen.members, "Members of the room")
            ->check(count)
            ->capture_default_str();
        command->add_option("--times", chosen.times, "How often it is done")
            ->check(count)
            ->capture_default_str();
    };
    auto* say = app.add_subcommand("say", "One member says lines at once, and all get them");
    say->add_option("--lines", chosen.lines, "Lines at once")->check(count)->capture_default_str();
    common(say);
    auto* visit = app.add_subcommand("visit", "Somebody connects, logs in, logs out, and is gone");
    common(visit);
    visit->callback([&chosen] { chosen.visits = true; });
    app.require_subcommand(1);
}

void play(const script& chosen) {
    scripted::scripted_room room(chosen.members);
    for (std::size_t i = 0; i < chosen.times; ++i)
        chosen.visits ? room.visit() : room.say(chosen.lines);
}

} // namespace

int main(int argc, char** argv) {
    script chosen;
    CLI::App app{"Plays a script to chatd's classes over a simulated system; see "
                 "bench/instructions.",
                 "scripted-chatd"};
    declare(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) {
        return app.exit(asked);
    } catch (const CLI::ParseError& error) {
        fmt::print(stderr, "scripted-chatd: {} (see scripted-chatd --help)\n", error.what());
        return 2;
    }
    try {
        play(chosen);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "scripted-chatd: {}\n", error.what());
        return 1;
    }
}
