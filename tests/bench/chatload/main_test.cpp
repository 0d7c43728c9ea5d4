// The program itself, against the daemon and against servers that are none.
#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/program.hpp"
#include "support/socket_pair.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_client.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using Catch::Matchers::ContainsSubstring;
using support::daemon_process;
using support::program;

namespace {

std::string content(const std::string& file) {
    std::ifstream input(file);
    return {std::istreambuf_iterator<char>(input), {}};
}

/// A short run of few clients at `server`, and what more is asked of it.
std::vector<std::string> run_at(const std::string& server, std::vector<std::string> more) {
    std::vector<std::string> words{"--connect", server, "--window", "4"};
    if (std::find(more.begin(), more.end(), "--clients") == more.end())
        words.insert(words.end(), {"--clients", "5"});
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

/// Returns when lines are being said in the daemon's room.
void wait_for_lines(const daemon_process& daemon) {
    auto listener = support::wire_client::logged_in(daemon.endpoint(), "listener");
    static_cast<void>(listener.read_until(": 000")); // a line and its number
}

} // namespace

TEST_CASE("a run without fault ends with status 0 and its report", "[main]") {
    const daemon_process daemon({"--flood-rate", "0"});
    const support::temp_dir dir;
    program load(CHATLOAD_BINARY,
                 run_at(daemon.endpoint(),
                        {"--duration", "100ms", "--warm-up", "0", "--json", dir.file("a.json"),
                         "--server-pid", std::to_string(daemon.pid())}));
    CHECK(load.wait() == 0);
    CHECK_THAT(load.output(), ContainsSubstring("each whole, once and in one order"));
    CHECK_THAT(content(dir.file("a.json")), ContainsSubstring("\"schema\""));
}

TEST_CASE("nobody at the address is one clear line and a report that says so", "[main]") {
    support::listening_socket nobody(AF_INET);
    const std::string address = nobody.address().to_string();
    nobody.close();
    const support::temp_dir dir;
    program load(CHATLOAD_BINARY, run_at(address, {"--json", dir.file("a.json")}));
    CHECK(load.wait() == 1);
    CHECK_THAT(load.output(), ContainsSubstring(address));
    CHECK_THAT(load.output(), ContainsSubstring("Connection refused"));
    CHECK_THAT(content(dir.file("a.json")), ContainsSubstring("Connection refused"));
}

TEST_CASE("a server that speaks otherwise is one clear line", "[main]") {
    const support::listening_socket other(AF_INET);
    program load(CHATLOAD_BINARY,
                 run_at(other.address().to_string(), {"--clients", "1", "--patience", "20s"}));
    const auto connection = other.accept();
    const std::string greeting = "220 mail.example.org ESMTP\r\n";
    REQUIRE(::send(connection.get(), greeting.data(), greeting.size(), MSG_NOSIGNAL) > 0);
    CHECK(load.wait() == 1);
    CHECK_THAT(load.output(), ContainsSubstring("220 mail"));
}

TEST_CASE("a server that dies in the middle is told and what was measured is kept", "[main]") {
    daemon_process daemon({"--flood-rate", "0"});
    const support::temp_dir dir;
    program load(CHATLOAD_BINARY, run_at(daemon.endpoint(), {"--duration", "1h", "--warm-up", "0",
                                                             "--json", dir.file("a.json")}));
    wait_for_lines(daemon);
    daemon.signal(SIGKILL);
    CHECK(load.wait() == 1);
    CHECK_THAT(load.output(), ContainsSubstring("no client is left"));
    CHECK_THAT(load.output(), ContainsSubstring("measured"));
    CHECK_THAT(content(dir.file("a.json")), ContainsSubstring("no client is left"));
    CHECK_THAT(content(dir.file("a.json")), ContainsSubstring("\"partial\": true"));
}

TEST_CASE("an interrupt ends a run and still reports", "[main]") {
    const int signal = GENERATE(SIGINT, SIGTERM);
    const daemon_process daemon({"--flood-rate", "0"});
    const support::temp_dir dir;
    program load(CHATLOAD_BINARY,
                 run_at(daemon.endpoint(), {"--duration", "1h", "--warm-up", "0", "--repeat", "3",
                                            "--json", dir.file("a.json")}));
    wait_for_lines(daemon);
    load.signal(signal);
    CHECK(load.wait() == 0);
    CHECK_THAT(load.output(), ContainsSubstring("interrupted"));
    CHECK_THAT(load.output(), ContainsSubstring("each whole, once and in one order"));
    CHECK_THAT(content(dir.file("a.json")), ContainsSubstring("\"interrupted\": true"));
    CHECK_THAT(content(dir.file("a.json")), ContainsSubstring("\"partial\": true"));
}

TEST_CASE("a file that cannot be written is told before the run begins", "[main]") {
    const support::temp_dir dir;
    const std::string file = dir.file("missing/a.json");
    program load(CHATLOAD_BINARY, {"--connect", "127.0.0.1:1", "--json", file});
    CHECK(load.wait() == 1);
    CHECK(load.output() == "chatload: cannot write " + file + ": No such file or directory\n");
}

TEST_CASE("the highest rate that keeps a latency is searched for and reported", "[main]") {
    const daemon_process daemon({"--flood-rate", "0"});
    program load(CHATLOAD_BINARY,
                 {"--connect", daemon.endpoint(), "--clients", "3", "--find-limit", "--rate", "15",
                  "--slo", "1us", "--duration", "50ms", "--warm-up", "0", "--quiet"});
    CHECK(load.wait() == 0);
    CHECK_THAT(load.output(), ContainsSubstring("search for the highest rate with p99 within 1 "));
    CHECK_THAT(load.output(), ContainsSubstring("no rate that was tried kept p99 within 1 "));
}

TEST_CASE("a wrong command line ends with status 2", "[main]") {
    program load(CHATLOAD_BINARY, {"--clients", "0"});
    CHECK(load.wait() == 2);
    CHECK_THAT(load.output(), ContainsSubstring("--clients: '0'"));
}

TEST_CASE("two reports are compared by the program and put on a page", "[main]") {
    const daemon_process daemon({"--flood-rate", "0"});
    const support::temp_dir dir;
    for (const char* name : {"a.json", "b.json"}) {
        program load(CHATLOAD_BINARY,
                     run_at(daemon.endpoint(), {"--duration", "100ms", "--warm-up", "0", "--json",
                                                dir.file(name), "--html", dir.file("one.html")}));
        CHECK(load.wait() == 0);
    }
    CHECK_THAT(content(dir.file("one.html")), ContainsSubstring("Latency by percentile"));
    program compare(CHATLOAD_BINARY, {"compare", dir.file("a.json"), dir.file("b.json"), "--html",
                                      dir.file("two.html")});
    CHECK(compare.wait() == 0);
    CHECK_THAT(compare.output(), ContainsSubstring("B against A: ") &&
                                     ContainsSubstring("same setting, same machine"));
    CHECK_THAT(content(dir.file("two.html")), ContainsSubstring("Latency by percentile"));
}

TEST_CASE("a file that is no report is one clear line", "[main]") {
    const support::temp_dir dir;
    std::ofstream(dir.file("old.json")) << R"({"schema": "chatload/1"})";
    program compare(CHATLOAD_BINARY, {"compare", dir.file("old.json"), dir.file("old.json")});
    CHECK(compare.wait() == 1);
    CHECK(compare.output() == "chatload: " + dir.file("old.json") +
                                  ": a report of another version of chatload, \"chatload/1\"; this "
                                  "one reads chatload/2: measure again with this version\n");
}
