#include "bench/chatload/scenario.hpp"

#include "bench/chatload/plan_check.hpp"
#include "bench/chatload/usage_error.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <filesystem>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using chatload::plan;
using chatload::workload;
using namespace std::chrono_literals;

namespace {

plan read(const std::string& text) {
    std::istringstream input(text);
    return chatload::read_scenario(input, "x.conf");
}

std::string refusal(const std::string& text) {
    try {
        static_cast<void>(read(text));
    } catch (const chatload::usage_error& error) {
        return error.what();
    }
    return "taken";
}

} // namespace

TEST_CASE("a scenario gives a run with several loads", "[scenario]") {
    const plan made = read("# comment\n"
                           "connect = 127.0.0.1:7000\n"
                           "size = 1KiB\n"
                           "duration = 2m # of measuring\n"
                           "warm-up = 0\n"
                           "patience = 500ms\n"
                           "threads = 2\n"
                           "source = 127.0.0.2, 127.0.0.3\n"
                           "server-pid = 12\n"
                           "\n"
                           "[talk]\n"
                           "workload = fan-out\n"
                           "clients = 200\n"
                           "senders = 5\n"
                           "rate = 99.5\n"
                           "[idle]\n"
                           "logged-in = true\n"
                           "[stalled]\n"
                           "share = 0.25\n"
                           "window = 3\n");
    CHECK(made.server.to_string() == "127.0.0.1:7000");
    CHECK(made.size == 1024);
    CHECK(made.duration == 120s);
    CHECK(made.warm_up == 0s);
    CHECK(made.patience == 500ms);
    CHECK(made.threads == 2);
    CHECK(made.sources == std::vector<std::string>{"127.0.0.2", "127.0.0.3"});
    CHECK(made.server_pid == 12);
    REQUIRE(made.loads.size() == 3);
    CHECK(made.loads[0].name == "talk");
    CHECK(made.loads[0].kind == workload::fan_out);
    CHECK(made.loads[0].clients == 200);
    CHECK(made.loads[0].senders == 5);
    CHECK(made.loads[0].rate == 99.5);
    CHECK(made.loads[1].name == "idle");
    CHECK(made.loads[1].kind == workload::idle);
    CHECK(made.loads[1].logged_in);
    CHECK(made.loads[2].share == 0.25);
    CHECK(made.loads[2].window == 3);
}

TEST_CASE("an empty section is a load of defaults", "[scenario]") {
    const plan made = read("[ping]\n[churn]\n");
    REQUIRE(made.loads.size() == 2);
    CHECK(made.loads[0].window == 1);
    CHECK(made.loads[1].rate == 50);
}

TEST_CASE("a mistake in a scenario is told with its place and what would be right", "[scenario]") {
    const auto wrong = GENERATE(values<std::pair<const char*, const char*>>({
        {"duration = soon\n[ping]", "x.conf: duration: 'soon' is not a duration like 10s"},
        {"durtion = 5s\n[ping]", "x.conf: durtion: no such key; was duration meant?"},
        {"[ping]\nclient = 5", "x.conf: [ping] client: no such key; was clients meant?"},
        {"[ping]\nzzzzzzzzzzzz = 5",
         "x.conf: [ping] zzzzzzzzzzzz: no such key; there are workload, "},
        {"[ping]\nclients = many",
         "x.conf: [ping] clients: 'many' is not a whole number from 1 to"},
        {"[ping]\nclients = 5\nclients = 6", "x.conf: [ping] clients: takes one value, once"},
        {"[ping]\nclients = 5\nrate = 1\nclients = 6", "x.conf: [ping] clients: is there twice"},
        {"[ping]\nrate = 5\nwindow = 6", "x.conf: [ping] rate: excludes window"},
        {"[ping]\nclients =", "x.conf: [ping] clients: "},
        {"[ping]\nclients", "x.conf: [ping] clients: 'true' is not a whole number"},
        {"[ping]\nshare = 0.5",
         "x.conf: [ping] share: the workload ping has none; it has: clients"},
        {"[ping]\nduration = 5s", "x.conf: [ping] duration: belongs to the whole run"},
        {"[talk]\nclients = 5", "x.conf: [talk] workload: is needed"},
        {"[talk]\nworkload = tlak", "x.conf: [talk] workload: 'tlak' is not one of fan-out, rooms"},
        {"[ping]\n[ping]", "x.conf: [ping] is there twice"},
        {"[ping]\n[churn]\n[ping]", "x.conf: [ping] is there twice"},
        {"[a.b]\nclients = 5", "no name has a dot"},
        {"[ping] # quick\nclients = 5", "a section's name stands alone on its line"},
        {"duration = 5s", "x.conf: no load; give one a section like [fan-out]"},
        {"", "x.conf: no load"},
    }));
    INFO(wrong.first);
    const std::string text = refusal(wrong.first);
    CHECK_THAT(text, Catch::Matchers::ContainsSubstring(wrong.second));
    CHECK(text.find('\n') == std::string::npos);
}

TEST_CASE("a scenario that cannot be read is told why", "[scenario]") {
    const support::temp_dir dir;
    CHECK_THROWS_WITH(
        chatload::read_scenario_file(dir.file("none.conf")),
        Catch::Matchers::ContainsSubstring("none.conf: cannot read the scenario: No"));
    CHECK_THROWS_WITH(chatload::read_scenario_file(dir.path().string()),
                      Catch::Matchers::ContainsSubstring("is a directory"));
}

TEST_CASE("the scenarios that come with the program can be run", "[scenario]") {
    int seen = 0;
    for (const auto& file : std::filesystem::directory_iterator(SCENARIOS)) {
        INFO(file.path());
        const plan made = chatload::read_scenario_file(file.path().string());
        CHECK(chatload::why_not(made).empty());
        ++seen;
    }
    CHECK(seen == 3);
}
