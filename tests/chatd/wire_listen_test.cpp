// Where the daemon listens, what it prints and how it fails to start.

#include <algorithm>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_client.hpp"

using support::daemon_process;
using support::process_result;
using support::wire_client;

namespace {

std::string port_of(const std::string& endpoint) {
    return endpoint.substr(endpoint.rfind(':') + 1);
}

/// One clear line on stderr and nothing on stdout.
void check_one_line(const process_result& result) {
    INFO("stdout: " << result.output << "stderr: " << result.log << result.how());
    CHECK(result.output.empty());
    CHECK(std::count(result.log.begin(), result.log.end(), '\n') == 1);
    CHECK(result.log.size() > 10);
    CHECK(result.log.back() == '\n');
}

/// Two sessions on these endpoints are in one room.
void check_one_room(const std::string& first, const std::string& second) {
    auto alice = wire_client::logged_in(first, "alice");
    auto bob = wire_client::logged_in(second, "bob");
    alice.expect("bob has entered the room.\n");
    bob.send("say hello\n");
    bob.expect("bob: hello\n");
    alice.expect("bob: hello\n");
}

} // namespace

TEST_CASE("port 0 is replaced by a free port and the ready line names it", "[wire][listen]") {
    daemon_process daemon({"--listen", "127.0.0.1:0"});
    REQUIRE(daemon.endpoints().size() == 1);
    const std::string port = port_of(daemon.endpoint());
    CHECK(port != "0");
    CHECK(daemon.ready_line() ==
          "listening on 127.0.0.1:" + port + " (connect with: nc 127.0.0.1 " + port + ")");
    check_one_room(daemon.endpoint(), daemon.endpoint());
    daemon.stop();
}

TEST_CASE("localhost means both address families on one port", "[wire][listen]") {
    daemon_process daemon({"--listen", "localhost:0"});
    if (daemon.endpoints().size() == 1)
        SKIP("the machine lacks one of 127.0.0.1 and ::1: " + daemon.ready_line());
    REQUIRE(daemon.endpoints().size() == 2);
    const std::string port = port_of(daemon.endpoint());
    CHECK(daemon.endpoints()[0] == "127.0.0.1:" + port);
    CHECK(daemon.endpoints()[1] == "[::1]:" + port);
    check_one_room(daemon.endpoints()[0], daemon.endpoints()[1]);
    daemon.stop();
}

TEST_CASE("a unix socket serves the same room as a port", "[wire][listen]") {
    support::temp_dir directory;
    const std::string unix_endpoint = "unix:" + directory.file("chat");
    daemon_process daemon({"--listen", "127.0.0.1:0", "--listen", unix_endpoint});
    REQUIRE(daemon.endpoints().size() == 2);
    CHECK(daemon.endpoints()[1] == unix_endpoint);
    check_one_room(daemon.endpoints()[0], unix_endpoint);
    daemon.stop();
}

TEST_CASE("a unix socket alone is named by the ready line", "[wire][listen]") {
    support::temp_dir directory;
    const std::string path = directory.file("chat");
    daemon_process daemon({"--listen", "unix:" + path});
    CHECK(daemon.ready_line() ==
          "listening on unix:" + path + " (connect with: nc -U " + path + ")");
    check_one_room(daemon.endpoint(), daemon.endpoint());
    daemon.stop();
}

TEST_CASE("a daemon starts again where it was stopped", "[wire][listen]") {
    support::temp_dir directory;
    const std::string unix_endpoint = "unix:" + directory.file("chat");
    std::string port = "0";
    for (int i = 0; i < 3; ++i) {
        daemon_process daemon({"--listen", "127.0.0.1:" + port, "--listen", unix_endpoint});
        port = port_of(daemon.endpoint());
        auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
        daemon.stop();
    }
}

TEST_CASE("a usage error is one line and exit code 2", "[wire][listen]") {
    const auto arguments = GENERATE(values<std::vector<std::string>>({
        {"--no-such-option"},
        {"surplus"},
        {"--listen"},
        {"--listen", "127.0.0.1:port"},
        {"--listen", "127.0.0.1:70000"},
        {"--listen", "unix:"},
        {"--listen", "127.0.0.1:0", "--max-line", "many"},
        {"--listen", "127.0.0.1:0", "--max-line", "-1"},
        {"--listen", "127.0.0.1:0", "--hard-limit", ""},
        {"--listen", "127.0.0.1:0", "--max-connections", "1x"},
    }));
    INFO(arguments.front() << " " << arguments.back());
    const process_result result = daemon_process::run(arguments);
    CHECK(result.exit_code == 2);
    check_one_line(result);
}

TEST_CASE("a port in use is one line that names it and exit code 1", "[wire][listen]") {
    daemon_process first;
    const process_result result = daemon_process::run({"--listen", first.endpoint()});
    CHECK(result.exit_code == 1);
    check_one_line(result);
    CHECK(result.log.find(port_of(first.endpoint())) != std::string::npos);
    auto alice = wire_client::logged_in(first.endpoint(), "alice");
    first.stop();
}

TEST_CASE("a unix socket that cannot be is one line and exit code 1", "[wire][listen]") {
    support::temp_dir directory;
    const process_result result =
        daemon_process::run({"--listen", "unix:" + directory.file("missing/chat")});
    CHECK(result.exit_code == 1);
    check_one_line(result);
}

TEST_CASE("a unix socket of a living daemon is not taken from it", "[wire][listen]") {
    support::temp_dir directory;
    const std::string endpoint = "unix:" + directory.file("chat");
    daemon_process first({"--listen", endpoint});
    const process_result result = daemon_process::run({"--listen", endpoint});
    CHECK(result.exit_code == 1);
    check_one_line(result);
    check_one_room(endpoint, endpoint);
    first.stop();
}
