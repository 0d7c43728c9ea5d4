#include "chatd/config/command_line.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <initializer_list>
#include <string>
#include <vector>

using namespace chatd;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

command_line parse(std::initializer_list<const char*> arguments) {
    std::vector<const char*> argv{"chatd"};
    argv.insert(argv.end(), arguments);
    return parse_command_line(static_cast<int>(argv.size()), argv.data());
}

options accepted(std::initializer_list<const char*> arguments) {
    const command_line line = parse(arguments);
    INFO(line.error);
    REQUIRE(line.chosen);
    CHECK(line.output.empty());
    CHECK(line.error.empty());
    return line.chosen->values;
}

std::string refused(std::initializer_list<const char*> arguments) {
    const command_line line = parse(arguments);
    REQUIRE_FALSE(line.chosen);
    CHECK(line.status == 2);
    CHECK(line.output.empty());
    CHECK_THAT(line.error, Catch::Matchers::StartsWith("chatd: "));
    CHECK(line.error.find('\n') == line.error.size() - 1);
    return line.error;
}

} // namespace

TEST_CASE("no options give the documented defaults", "[chatd][options]") {
    const options chosen = accepted({});
    REQUIRE(chosen.listen.size() == 1);
    CHECK(chosen.listen.front().to_string() == "localhost:6666");
    CHECK(chosen.limit.max_line == 8192);
    CHECK(chosen.limit.hard_limit == 1024 * 1024);
    CHECK(chosen.limit.no_progress == 30s);
    CHECK(chosen.limit.flood_control());
    CHECK_FALSE(chosen.limit.strict_names);
}

TEST_CASE("each option reaches its limit", "[chatd][options]") {
    const limits l = accepted({"--max-line",
                               "4KiB",
                               "--max-name=32",
                               "--strict-names",
                               "--read-limit",
                               "1024",
                               "--newcomer-hold",
                               "50ms",
                               "--soft-limit",
                               "32KiB",
                               "--hard-limit",
                               "2MiB",
                               "--no-progress",
                               "10",
                               "--flood-rate",
                               "5",
                               "--flood-burst",
                               "7",
                               "--flood-byte-rate",
                               "9",
                               "--flood-burst-bytes",
                               "11",
                               "--room-rate",
                               "13",
                               "--max-connections",
                               "15",
                               "--per-address",
                               "17",
                               "--connect-rate",
                               "19",
                               "--login-timeout",
                               "3s",
                               "--login-bytes",
                               "2000",
                               "--keep-alive-idle",
                               "21",
                               "--keep-alive-interval",
                               "1500ms",
                               "--keep-alive-probes",
                               "2",
                               "--user-timeout",
                               "0",
                               "--drain-time",
                               "250ms"})
                         .limit;
    CHECK(l.max_line == 4096);
    CHECK(l.max_name == 32);
    CHECK(l.strict_names);
    CHECK(l.read_limit == 1024);
    CHECK(l.newcomer_hold == 50ms);
    CHECK(l.soft_limit == 32768);
    CHECK(l.hard_limit == 2097152);
    CHECK(l.no_progress == 10s);
    CHECK(l.flood.rate == 5);
    CHECK(l.flood.burst == 7);
    CHECK(l.flood.byte_rate == 9);
    CHECK(l.flood.burst_bytes == 11);
    CHECK(l.room_rate == 13);
    CHECK(l.max_connections == 15);
    CHECK(l.per_address == 17);
    CHECK(l.connect_rate == 19);
    CHECK(l.login_timeout == 3s);
    CHECK(l.login_bytes == 2000);
    CHECK(l.keep_alive.idle == 21s);
    CHECK(l.keep_alive.interval == 2s);
    CHECK(l.keep_alive.probes == 2);
    CHECK(l.user_timeout == 0s);
    CHECK(l.drain_time == 250ms);
}

TEST_CASE("networks add up and are told when they are none", "[chatd][options]") {
    const limits l = accepted({"--exempt", "192.0.2.0/24", "--exempt=2001:db8::1", "--prefix-v4",
                               "24", "--prefix-v6=56", "--per-network", "198.51.100.0/24=50"})
                         .limit;
    CHECK(l.exempt == std::vector{*network::parse("192.0.2.0/24"), *network::parse("2001:db8::1")});
    CHECK(l.prefix_v4 == 24);
    CHECK(l.prefix_v6 == 56);
    REQUIRE(l.per_network.size() == 1);
    CHECK(l.per_network.front().most == 50);
    CHECK_THAT(refused({"--exempt", "lan"}),
               ContainsSubstring("exempt") &&
                   ContainsSubstring("'lan' is not an IP address; give "));
    CHECK_THAT(refused({"--per-network", "192.0.2.0/24"}),
               ContainsSubstring("'=N' is missing; give NETWORK=N such as"));
    CHECK_THAT(refused({"--prefix-v6", "65"}), ContainsSubstring("prefix-v6"));
}

TEST_CASE("listening places add up and of other options the last counts", "[chatd][options]") {
    const options chosen = accepted({"--listen", "0.0.0.0:1", "--max-name", "9", "--listen",
                                     "unix:/run/x", "--listen=localhost:0", "--max-name", "10"});
    REQUIRE(chosen.listen.size() == 3);
    CHECK(chosen.listen[0].to_string() == "0.0.0.0:1");
    CHECK(chosen.listen[1].to_string() == "unix:/run/x");
    CHECK(chosen.listen[2].to_string() == "localhost:0");
    CHECK(chosen.limit.max_name == 10);
}

TEST_CASE("an unknown option is refused with the nearest one", "[chatd][options]") {
    CHECK(refused({"--max-lines", "5"}) ==
          "chatd: there is no option --max-lines; did you mean --max-line?\n");
    CHECK(refused({"--lisen=localhost:1"}) ==
          "chatd: there is no option --lisen; did you mean --listen?\n");
    CHECK(refused({"--port", "5"}) == "chatd: there is no option --port; see chatd --help\n");
    CHECK(refused({"-x"}) == "chatd: there is no option -x; see chatd --help\n");
}

TEST_CASE("a word without an option is refused", "[chatd][options]") {
    CHECK(refused({"6666"}) == "chatd: '6666' belongs to no option; see chatd --help\n");
    CHECK_THAT(refused({"--listen", "localhost:1", "localhost:2"}),
               ContainsSubstring("'localhost:2'"));
}

TEST_CASE("a missing value is told with its option", "[chatd][options]") {
    CHECK(refused({"--max-line"}) == "chatd: --max-line: a value is missing\n");
    CHECK(refused({"--listen"}) == "chatd: --listen: a value is missing\n");
}

TEST_CASE("a bad value is told with what would be right", "[chatd][options]") {
    CHECK(refused({"--max-line", "8kb"}) == "chatd: --max-line: '8kb' is not a number of bytes, or "
                                            "of KiB, MiB or GiB with that suffix\n");
    CHECK(refused({"--drain-time", "5sec"}) ==
          "chatd: --drain-time: '5sec' is not a number of seconds, or of ms, min or h with that "
          "suffix\n");
    CHECK(refused({"--per-address", "x"}) == "chatd: --per-address: 'x' is not a number\n");
    CHECK(
        refused({"--max-name", ""}) ==
        "chatd: --max-name: '' is not a number of bytes, or of KiB, MiB or GiB with that suffix\n");
    CHECK(refused({"--max-line", "1"}) ==
          "chatd: --max-line: 1 is out of range; give 64 to 16MiB\n");
    CHECK_THAT(refused({"--max-line", "99999999999999999999"}), ContainsSubstring("out of range"));
    CHECK_THAT(refused({"--max-line", "9223372036854775807MiB"}),
               ContainsSubstring("out of range"));
    CHECK_THAT(refused({"--per-address=-1"}), ContainsSubstring("out of range; give 0 to 1000000"));
    CHECK_THAT(refused({"--keep-alive-idle", "1ms"}), ContainsSubstring("give 1s to 32767s"));
}

TEST_CASE("a bad address is told with the forms there are", "[chatd][options]") {
    for (const char* bad :
         {"6666", "chat.example.org:6666", "localhost:99999", "localhost", "[::1]", ""}) {
        CAPTURE(bad);
        const std::string error = refused({"--listen", bad});
        CHECK_THAT(error, ContainsSubstring("--listen: '" + std::string{bad} + "': "));
        CHECK_THAT(error, ContainsSubstring("give localhost:PORT"));
    }
}

TEST_CASE("limits that contradict each other are refused", "[chatd][options]") {
    CHECK(refused({"--soft-limit", "1MiB"}) ==
          "chatd: soft-limit 1MiB (command line) must be less than hard-limit 1MiB (default)\n");
    CHECK_THAT(refused({"--max-line", "2MiB"}), ContainsSubstring("must be less than hard-limit"));
    CHECK_THAT(refused({"--max-line", "64"}), ContainsSubstring("must be less than max-line 64 "));
    CHECK_THAT(refused({"--login-bytes", "64"}), ContainsSubstring("8 bytes more than max-name"));
}

TEST_CASE("help names every option with its default", "[chatd][options]") {
    const command_line line = parse({"--help"});
    CHECK_FALSE(line.chosen);
    CHECK(line.status == 0);
    CHECK(line.error.empty());
    for (const char* part :
         {"--listen WHERE=localhost:6666", "--max-line BYTES=8KiB", "--max-name BYTES=64",
          "--no-progress TIME=30s", "--newcomer-hold TIME=100ms", "--flood-rate N=50",
          "--connect-rate N=32", "--strict-names", "--version", "--help"})
        CHECK_THAT(line.output, ContainsSubstring(part));
}

TEST_CASE("the version is one line", "[chatd][options]") {
    const command_line line = parse({"--version"});
    CHECK(line.status == 0);
    CHECK_THAT(line.output, Catch::Matchers::StartsWith("chatd "));
    CHECK(line.output.ends_with("\n"));
}
