#include "bench/chatload/options.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

using chatload::early_exit;
using chatload::options;
using namespace std::chrono_literals;

namespace {

std::variant<options, early_exit> parse(std::initializer_list<const char*> words) {
    std::vector<const char*> all{"chatload"};
    all.insert(all.end(), words);
    return chatload::parse_options(static_cast<int>(all.size()), all.data());
}

options accepted(std::initializer_list<const char*> words) {
    const auto parsed = parse(words);
    REQUIRE(std::holds_alternative<options>(parsed));
    return std::get<options>(parsed);
}

early_exit refused(std::initializer_list<const char*> words) {
    const auto parsed = parse(words);
    REQUIRE(std::holds_alternative<early_exit>(parsed));
    return std::get<early_exit>(parsed);
}

} // namespace

TEST_CASE("all options are read", "[options]") {
    const options all = accepted({"--connect",    "127.0.0.1:7000",
                                  "--clients",    "1000",
                                  "--senders",    "8",
                                  "--window",     "16",
                                  "--size",       "200",
                                  "--duration",   "2500ms",
                                  "--warm-up",    "0",
                                  "--patience",   "1m",
                                  "--idle",       "50",
                                  "--json",       "out.json",
                                  "--server-pid", "77"});
    CHECK(all.server.to_string() == "127.0.0.1:7000");
    CHECK(all.clients == 1000);
    CHECK(all.senders == 8);
    CHECK(all.window == 16);
    CHECK(all.rate == 0);
    CHECK(all.size == 200);
    CHECK(all.duration == 2500ms);
    CHECK(all.warm_up == 0s);
    CHECK(all.patience == 60s);
    CHECK(all.idle == 50);
    CHECK(all.json == "out.json");
    CHECK(all.server_pid == 77);
}

TEST_CASE("the defaults are those of the yardsticks", "[options]") {
    const options none = accepted({});
    CHECK(none.server.to_string() == "127.0.0.1:6666");
    CHECK(none.window == 64);
    CHECK(none.size == 64);
    CHECK(none.rate == 0);
    CHECK(none.duration == 10s);
}

TEST_CASE("localhost is taken for 127.0.0.1", "[options]") {
    CHECK(accepted({"--connect", "localhost:99"}).server.to_string() == "127.0.0.1:99");
}

TEST_CASE("a rate makes the loop open", "[options]") {
    CHECK(accepted({"--rate", "2500.5"}).rate == 2500.5);
}

TEST_CASE("a wrong command line gives status 2 and one line that names the option", "[options]") {
    const auto wrong = GENERATE(values<std::pair<std::vector<const char*>, std::string>>({
        {{"--clients", "0"}, "--clients"},
        {{"--clients", "many"}, "--clients"},
        {{"--clients", "5", "--senders", "6"}, "--senders"},
        {{"--size", "24"}, "--size"},
        {{"--window", "0"}, "--window"},
        {{"--window", "5", "--rate", "5"}, "--rate"},
        {{"--rate", "-1"}, "--rate"},
        {{"--duration", "0"}, "--duration"},
        {{"--duration", "soon"}, "--duration"},
        {{"--connect", "nowhere"}, "--connect"},
        {{"--connect", "example.org:80"}, "--connect"},
        {{"--server-pid", "0"}, "--server-pid"},
        {{"--nonsense"}, "--nonsense"},
        {{"surplus"}, "surplus"},
    }));
    std::vector<const char*> all{"chatload"};
    all.insert(all.end(), wrong.first.begin(), wrong.first.end());
    const auto parsed = chatload::parse_options(static_cast<int>(all.size()), all.data());
    REQUIRE(std::holds_alternative<early_exit>(parsed));
    const early_exit exit = std::get<early_exit>(parsed);
    CHECK(exit.status == 2);
    CHECK_THAT(exit.text, Catch::Matchers::ContainsSubstring(wrong.second));
    CHECK(exit.text.starts_with("chatload: "));
    CHECK(std::count(exit.text.begin(), exit.text.end(), '\n') == 1);
}

TEST_CASE("help and version end well", "[options]") {
    const early_exit help = refused({"--help"});
    CHECK(help.status == 0);
    CHECK_THAT(help.text, Catch::Matchers::ContainsSubstring("--window"));
    CHECK_THAT(help.text, Catch::Matchers::ContainsSubstring("NAME: TEXT"));
    const early_exit version = refused({"--version"});
    CHECK(version.status == 0);
    CHECK(version.text.starts_with("chatload "));
}
