#include "bench/goal-table/options.hpp"

#include "bench/chatload/plan_check.hpp"
#include "bench/chatload/scenario.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using Catch::Matchers::ContainsSubstring;
using goals::early_exit;
using goals::options;

namespace {

std::variant<options, early_exit> parse(std::vector<const char*> words) {
    words.insert(words.begin(), "goals");
    return goals::parse_options(static_cast<int>(words.size()), words.data());
}

options chosen(std::vector<const char*> words) {
    const auto parsed = parse(std::move(words));
    if (const auto* exit = std::get_if<early_exit>(&parsed))
        FAIL(exit->text);
    return std::get<options>(parsed);
}

} // namespace

TEST_CASE("without options all goals are measured five times", "[goals]") {
    const auto all = chosen({});
    CHECK(all.repeats == 5);
    CHECK(all.rows.size() == goals::all_rows({}).size());
    std::set<std::string> names;
    for (const auto& one : all.rows) {
        CHECK(names.insert(one.name).second);
        CHECK(one.figure != nullptr);
        CHECK(one.at(goals::place::ours));
        for (const auto& bound : one.bounds)
            CHECK(one.at(bound.to)); // what it is held against takes part
    }
}

TEST_CASE("every load of a goal is one that chatload takes", "[goals]") {
    for (const auto& one : goals::all_rows(std::chrono::seconds{1})) {
        for (const auto& who : one.by_place) {
            if (!who)
                continue;
            INFO(who->load);
            std::istringstream text(who->load + (who->takes_rate ? "rate = 1000\n" : ""));
            CHECK(chatload::why_not(chatload::read_scenario(text, one.name)).empty());
        }
    }
}

TEST_CASE("a name stands for all goals that begin with its words", "[goals]") {
    const auto some = chosen({"--rows", "window-1,memory", "--repeats", "2"});
    CHECK(some.rows.size() == 4);
    CHECK(chosen({"--rows", "window-1-10"}).rows.size() == 1);
    CHECK(some.repeats == 2);
}

TEST_CASE("a wrong command line is told in one line", "[goals]") {
    for (const auto& [words, what] : std::vector<std::pair<std::vector<const char*>, const char*>>{
             {{"--rows", "windows"}, "--rows: 'windows' is none of window-64-10, "},
             {{"--duration", "soon"}, "--duration: 'soon' is no duration"},
             {{"--repeats", "0"}, "--repeats"}}) {
        const auto exit = std::get<early_exit>(parse(words));
        CHECK(exit.status == 2);
        CHECK_THAT(exit.text, ContainsSubstring(what));
    }
}
