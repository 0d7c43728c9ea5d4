#include "bench/reactor-bench/options.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace reactor_bench;
using Catch::Matchers::ContainsSubstring;

namespace {

auto parse(std::vector<const char*> words) {
    words.insert(words.begin(), "reactor-bench");
    return parse_options(static_cast<int>(words.size()), words.data());
}

template <class Kind>
Kind parsed_as(const std::vector<const char*>& words) {
    const auto parsed = parse(words);
    if (const auto* exit = std::get_if<early_exit>(&parsed))
        INFO(exit->text);
    REQUIRE(std::holds_alternative<Kind>(parsed));
    return std::get<Kind>(parsed);
}

} // namespace

TEST_CASE("a run without names is of every benchmark by every loop", "[options]") {
    const auto plan = parsed_as<run_plan>({"run"});
    REQUIRE(plan.parts.size() == benchmarks().size());
    CHECK(plan.loops.size() == peers().size());
    CHECK(plan.rounds == 5);
    for (const auto& part : plan.parts) {
        CHECK_FALSE(part.settings.empty());
        CHECK(part.loops.front()->name == "epoll");
    }
}

TEST_CASE("the ring's defaults are those of the yardsticks", "[options]") {
    const auto plan = parsed_as<run_plan>({"run", "ring"});
    REQUIRE(plan.parts.size() == 1);
    REQUIRE(plan.parts[0].settings.size() == 1);
    CHECK(plan.parts[0].settings[0]["pairs"] == 1000);
    CHECK(plan.parts[0].settings[0]["active"] == 100);
}

TEST_CASE("all options of a run are read", "[options]") {
    const auto plan =
        parsed_as<run_plan>({"run",      "ring",     "--pairs", "8,16",   "--active",
                             "3",        "--writes", "2000",    "--loop", "reactor,epoll",
                             "--rounds", "2",        "--scale", "0.5",    "--instructions",
                             "none",     "--json",   "a.json",  "--html", "a.html"});
    REQUIRE(plan.parts.size() == 1);
    const auto& settings = plan.parts[0].settings;
    REQUIRE(settings.size() == 2);
    CHECK(settings[0]["pairs"] == 8);
    CHECK(settings[1]["pairs"] == 16);
    CHECK(settings[1]["writes"] == 1000); // an amount: scaled
    CHECK(settings[1]["active"] == 3);
    REQUIRE(plan.loops.size() == 2);
    CHECK(plan.loops[0]->name == "epoll"); // in the order of the tables
    CHECK(plan.loops[1]->name == "reactor");
    CHECK(plan.rounds == 2);
    CHECK(plan.instructions == counting::none);
    CHECK(plan.json == "a.json");
    CHECK(plan.html == "a.html");
}

TEST_CASE("settings are all combinations of the values", "[options]") {
    const auto all =
        settings_of({{.name = "a", .meaning = "", .values = {1, 2}},
                     {.name = "b", .meaning = "", .values = {3, 4, 5}, .amount = true}},
                    10);
    REQUIRE(all.size() == 6);
    CHECK(to_text(all.front()) == "a 1, b 30");
    CHECK(to_text(all.back()) == "a 2, b 50");
}

TEST_CASE("a wrong command line of reactor-bench gives status 2 and one line that says what",
          "[options]") {
    const auto wrong = GENERATE(values<std::pair<std::vector<const char*>, std::string>>({
        {{}, "subcommand"},
        {{"polygon"}, "polygon"},
        {{"run", "rign"}, "did you mean 'ring'"},
        {{"run", "polygon"}, "there are ring"},
        {{"run", "--loop", "epol"}, "did you mean 'epoll'"},
        {{"run", "ring", "--pairs", "0"}, "--pairs: 0 is not between 1 and"},
        {{"run", "ring", "--pairs", "many"}, "--pairs"},
        {{"run", "ring", "--pairs", "5", "--active", "6"}, "--active: 6 is more than the 5"},
        {{"run", "ring", "--writes", "-1"}, "--writes"},
        {{"run", "ring", "--rounds", "0"}, "--rounds"},
        {{"run", "ring", "--scale", "0"}, "--scale"},
        {{"run", "ring", "--instructions", "guess"}, "--instructions"},
        {{"run", "ring", "--colour"}, "--colour"},
        {{"list", "surplus"}, "surplus"},
    }));
    const auto parsed = parse(wrong.first);
    REQUIRE(std::holds_alternative<early_exit>(parsed));
    const auto exit = std::get<early_exit>(parsed);
    CHECK(exit.status == 2);
    CHECK_THAT(exit.text, ContainsSubstring(wrong.second));
    CHECK(exit.text.starts_with("reactor-bench: "));
    CHECK(std::count(exit.text.begin(), exit.text.end(), '\n') == 1);
}

TEST_CASE("a loop that this build has not is refused by naming its package", "[options]") {
    for (const auto& missing : missing_peers()) {
        const auto exit = parsed_as<early_exit>({"run", "--loop", missing.name.c_str()});
        CHECK(exit.status == 2);
        CHECK_THAT(exit.text, ContainsSubstring("install " + missing.package));
    }
}

TEST_CASE("help of reactor-bench names its subcommands and theirs names the options", "[options]") {
    const auto help = parsed_as<early_exit>({"--help"});
    CHECK(help.status == 0);
    CHECK_THAT(help.text, ContainsSubstring("list"));
    CHECK_THAT(help.text, ContainsSubstring("run"));
    const auto run = parsed_as<early_exit>({"run", "--help"});
    CHECK(run.status == 0);
    for (const auto& what : benchmarks()) {
        for (const auto& each : what.parameters)
            CHECK_THAT(run.text, ContainsSubstring("--" + each.name));
    }
    CHECK(parsed_as<early_exit>({"--version"}).text.starts_with("reactor-bench "));
}

TEST_CASE("the list names every benchmark with its options and every loop or its package",
          "[options]") {
    CHECK(std::holds_alternative<list_request>(parse({"list"})));
    const auto text = list_text();
    for (const auto& what : benchmarks()) {
        CHECK_THAT(text, ContainsSubstring(what.name) && ContainsSubstring(what.about));
        for (const auto& each : what.parameters)
            CHECK_THAT(text, ContainsSubstring("--" + each.name));
    }
    for (const auto& each : peers())
        CHECK_THAT(text, ContainsSubstring(each.name) && ContainsSubstring(each.version));
    for (const auto& each : missing_peers())
        CHECK_THAT(text, ContainsSubstring(each.name) && ContainsSubstring(each.package));
    for (const std::string loop : {"libev", "libevent", "libuv", "asio"})
        CHECK_THAT(text, ContainsSubstring(loop));
}
