#include "bench/chatload/options.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using chatload::command;
using chatload::compare_command;
using chatload::early_exit;
using chatload::run_command;
using chatload::workload;
using namespace std::chrono_literals;

namespace {

command parse(const std::vector<const char*>& words) {
    std::vector<const char*> all{"chatload"};
    all.insert(all.end(), words.begin(), words.end());
    return chatload::parse_options(static_cast<int>(all.size()), all.data());
}

run_command accepted(const std::vector<const char*>& words) {
    const command parsed = parse(words);
    if (const auto* exit = std::get_if<early_exit>(&parsed))
        FAIL(exit->text);
    REQUIRE(std::holds_alternative<run_command>(parsed));
    return std::get<run_command>(parsed);
}

early_exit refused(const std::vector<const char*>& words) {
    const command parsed = parse(words);
    REQUIRE(std::holds_alternative<early_exit>(parsed));
    return std::get<early_exit>(parsed);
}

/// A scenario file of the test's own.
struct scenario_file {
    support::temp_dir dir;
    std::string name = dir.file("x.conf");

    explicit scenario_file(const char* text) { std::ofstream(name) << text; }
};

} // namespace

TEST_CASE("all options are read", "[options]") {
    const run_command all =
        accepted({"--connect",  "127.0.0.1:7000", "--clients",    "1000",     "--senders",
                  "8",          "--window",       "16",           "--size",   "200",
                  "--duration", "2500ms",         "--warm-up",    "0",        "--patience",
                  "1m",         "--idle",         "50",           "--json",   "out.json",
                  "--html",     "out.html",       "--server-pid", "77",       "--threads",
                  "2",          "--source",       "127.0.0.2",    "--source", "127.0.0.3",
                  "--protocol", "chatd",          "--repeat",     "5",        "--quiet"});
    CHECK(all.asked.server.to_string() == "127.0.0.1:7000");
    REQUIRE(all.asked.loads.size() == 2);
    CHECK(all.asked.loads[0].name == "fan-out");
    CHECK(all.asked.loads[0].clients == 1000);
    CHECK(all.asked.loads[0].senders == 8);
    CHECK(all.asked.loads[0].window == 16);
    CHECK(all.asked.loads[0].rate == 0);
    CHECK(all.asked.loads[1].kind == workload::idle);
    CHECK(all.asked.loads[1].clients == 50);
    CHECK(all.asked.size == 200);
    CHECK(all.asked.duration == 2500ms);
    CHECK(all.asked.warm_up == 0s);
    CHECK(all.asked.patience == 60s);
    CHECK(all.asked.threads == 2);
    CHECK(all.asked.sources == std::vector<std::string>{"127.0.0.2", "127.0.0.3"});
    CHECK(all.asked.server_pid == 77);
    CHECK(all.json == "out.json");
    CHECK(all.html == "out.html");
    CHECK(all.repeat == 5);
    CHECK(all.quiet);
    CHECK_FALSE(all.slo);
}

TEST_CASE("the defaults are those of the yardsticks", "[options]") {
    const run_command none = accepted({});
    CHECK(none.asked.server.to_string() == "127.0.0.1:6666");
    REQUIRE(none.asked.loads.size() == 1);
    CHECK(none.asked.loads[0].kind == workload::fan_out);
    CHECK(none.asked.loads[0].clients == 100);
    CHECK(none.asked.loads[0].window == 64);
    CHECK(none.asked.loads[0].rate == 0);
    CHECK(none.asked.size == 64);
    CHECK(none.asked.duration == 10s);
    CHECK(none.repeat == 1);
    CHECK_FALSE(none.quiet);
}

TEST_CASE("every workload can be chosen and has its own defaults", "[options]") {
    CHECK(accepted({"--workload", "ping"}).asked.loads[0].window == 1);
    CHECK(accepted({"--workload", "churn"}).asked.loads[0].rate == 50);
    CHECK(accepted({"--workload", "churn"}).asked.loads[0].clients == 1000);
    CHECK(accepted({"--workload", "stalled", "--share", "0.5"}).asked.loads[0].share == 0.5);
    CHECK(accepted({"--workload", "idle", "--clients", "7"}).asked.loads[0].clients == 7);
    CHECK(accepted({"--workload", "storm"}).asked.loads[0].kind == workload::storm);
    CHECK(accepted({"--workload", "rooms", "--rooms", "1"}).asked.loads[0].clients == 10);
    CHECK(accepted({"--workload", "rooms", "--protocol", "irc"}).asked.loads[0].rooms == 10);
}

TEST_CASE("localhost is taken for 127.0.0.1", "[options]") {
    CHECK(accepted({"--connect", "localhost:99"}).asked.server.to_string() == "127.0.0.1:99");
}

TEST_CASE("a rate makes the loop open", "[options]") {
    CHECK(accepted({"--rate", "2500.5"}).asked.loads[0].rate == 2500.5);
}

TEST_CASE("a search has short steps and a rate to start from", "[options]") {
    const run_command search = accepted({"--find-limit"});
    CHECK(search.slo == 20ms);
    CHECK(search.asked.duration == 3s);
    CHECK(search.asked.loads[0].rate == 1000);
    const run_command told = accepted(
        {"--find-limit", "--slo", "5ms", "--rate", "300", "--duration", "8s", "--idle", "5"});
    CHECK(told.slo == 5ms);
    CHECK(told.searched == 0);
    CHECK(told.asked.duration == 8s);
    CHECK(told.asked.loads[0].rate == 300);
}

TEST_CASE("the command line beats a scenario in what belongs to the run", "[options]") {
    const scenario_file file("duration = 5s\nsize = 100\nsource = 127.0.0.9\n"
                             "[talk]\nworkload = fan-out\n[ping]\nrate = 5\n");
    const run_command made = accepted({"--scenario", file.name.c_str(), "--duration", "7s",
                                       "--source", "127.0.0.2", "--repeat", "2"});
    CHECK(made.asked.duration == 7s);
    CHECK(made.asked.size == 100);
    CHECK(made.asked.sources == std::vector<std::string>{"127.0.0.2"});
    CHECK(made.asked.loads.size() == 2);
    CHECK(accepted({"--find-limit", "--scenario", file.name.c_str()}).searched == 1);
}

TEST_CASE("a scenario that cannot be run is refused with its place", "[options]") {
    const scenario_file file("[talk]\nworkload = fan-out\nclients = 5\nsenders = 6\n");
    const early_exit exit = refused({"--scenario", file.name.c_str()});
    CHECK(exit.status == 2);
    CHECK_THAT(exit.text, Catch::Matchers::ContainsSubstring(
                              "x.conf: [talk] senders: 6 is more than the 5 clients"));
}

TEST_CASE("compare takes two files", "[options]") {
    const command parsed = parse({"compare", "a.json", "b.json", "--html", "c.html"});
    REQUIRE(std::holds_alternative<compare_command>(parsed));
    const auto& compared = std::get<compare_command>(parsed);
    CHECK(compared.before == "a.json");
    CHECK(compared.after == "b.json");
    CHECK(compared.html == "c.html");
}

TEST_CASE("a wrong command line gives status 2 and one line that says what", "[options]") {
    const auto wrong = GENERATE(values<std::pair<std::vector<const char*>, std::string>>({
        {{"--clients", "0"}, "--clients: '0' is not a whole number from 1 to 100000"},
        {{"--clients", "many"}, "--clients: 'many'"},
        {{"--clients", "5", "--clients", "6"}, "--clients"},
        {{"--clients", "5", "--senders", "6"}, "--senders: 6 is more than the 5 clients"},
        {{"--size", "24"}, "--size: '24' is not a size from 25"},
        {{"--window", "0"}, "--window"},
        {{"--window", "5", "--rate", "5"}, "--rate"},
        {{"--rate", "-1"}, "--rate"},
        {{"--duration", "0"}, "--duration"},
        {{"--duration", "soon"}, "--duration: 'soon' is not a duration like 10s"},
        {{"--connect", "nowhere"}, "--connect"},
        {{"--connect", "example.org:80"}, "--connect"},
        {{"--connect", "127.0.0.1:0"}, "--connect: '127.0.0.1:0': nobody listens on port 0"},
        {{"--server-pid", "0"}, "--server-pid"},
        {{"--protocol", "smtp"}, "--protocol: 'smtp' is not one of chatd"},
        {{"--protocol", "irc", "--size", "2KiB"}, "--size: 2048 is more than the"},
        {{"--threads", "5", "--clients", "4"}, "--threads: 5 is more than the 4 clients"},
        {{"--source", "here"}, "--source: 'here' is not an address like 127.0.0.2"},
        {{"--source", "::1"}, "--source: ::1 cannot reach 127.0.0.1:6666; give an IPv4 address"},
        {{"--connect", "unix:/tmp/x", "--source", "::1"}, "--source: a UNIX socket"},
        {{"--workload", "pong"}, "--workload: 'pong' is not one of fan-out, rooms, ping"},
        {{"--workload", "rooms"}, "--rooms: chatd has one room"},
        {{"--workload", "storm", "--rate", "5"}, "--rate: the workload storm has none"},
        {{"--workload", "churn", "--window", "5"}, "--window: the workload churn has none"},
        {{"--share", "0.5"}, "--share: the workload fan-out has none; it has: clients senders"},
        {{"--workload", "stalled", "--share", "1"}, "--share: 1 of 100 clients is too much"},
        {{"--workload", "idle", "--idle", "5"}, "--idle: is for connections beside"},
        {{"--idle", "-1"}, "--idle: '-1' is not a whole number"},
        {{"--repeat", "0"}, "--repeat: '0' is not a whole number from 1"},
        {{"--slo", "5ms"}, "--find-limit"},
        {{"--find-limit", "--slo", "soon"}, "--slo: 'soon' is not a duration"},
        {{"--find-limit", "--repeat", "3"}, "--repeat"},
        {{"--find-limit", "--window", "3"}, "--window"},
        {{"--find-limit", "--workload", "storm"}, "--find-limit: no load has a rate to raise"},
        {{"--scenario", "x", "--clients", "5"}, "--scenario excludes --clients"},
        {{"--scenario", "/nonexistent.conf"}, "/nonexistent.conf: cannot read the scenario"},
        {{"compare", "a.json"}, "B is required"},
        {{"--quiet", "compare", "a", "b"}, "--quiet has no meaning before compare"},
        {{"--nonsense"}, "--nonsense"},
        {{"surplus"}, "surplus"},
    }));
    const early_exit exit = refused(wrong.first);
    CHECK(exit.status == 2);
    CHECK_THAT(exit.text, Catch::Matchers::ContainsSubstring(wrong.second));
    CHECK(exit.text.starts_with("chatload: "));
    CHECK(std::count(exit.text.begin(), exit.text.end(), '\n') == 1);
}

TEST_CASE("help and version end well", "[options]") {
    const early_exit help = refused({"--help"});
    CHECK(help.status == 0);
    CHECK_THAT(help.text, Catch::Matchers::ContainsSubstring("--window W"));
    CHECK_THAT(help.text, Catch::Matchers::ContainsSubstring("NAME: TEXT"));
    CHECK_THAT(help.text, Catch::Matchers::ContainsSubstring("storm"));
    CHECK(help.text.ends_with('\n'));
    const early_exit compare = refused({"compare", "--help"});
    CHECK_THAT(compare.text, Catch::Matchers::ContainsSubstring("A.json"));
    const early_exit version = refused({"--version"});
    CHECK(version.status == 0);
    CHECK(version.text.starts_with("chatload "));
}

TEST_CASE("help fits a page of a hundred columns", "[options]") {
    const std::string text = refused({"--help"}).text;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        INFO(text.substr(begin, end - begin));
        CHECK(end - begin <= 100);
        begin = end + 1;
    }
}
