// What the daemon keeps between its runs, over real sockets.

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_client.hpp"

#include <csignal>
#include <fstream>
#include <string>

using support::daemon_process;
using support::wire_client;

namespace {

void write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

} // namespace

TEST_CASE("bans in the state directory hold from the start", "[wire][bans]") {
    const support::temp_dir state;
    write(state.file("bans"), "chatd-bans 1\nname\talice\tnever\tspam\nend 1\n");
    daemon_process daemon({"--state-directory", state.path().string()});
    wire_client client(daemon.endpoint());
    client.expect("Connect Success");
    client.send("login alice\n");
    client.expect_segment("UserName Exist");
    client.send("login alicia\n");
    client.expect_segment("Login Success");
    daemon.stop();
}

TEST_CASE("banned addresses are turned away with another text than the greeting", "[wire][bans]") {
    const support::temp_dir state;
    write(state.file("bans"), "chatd-bans 1\naddresses\t127.0.0.1\tnever\t\nend 1\n");
    daemon_process daemon({"--state-directory", state.path().string()});
    wire_client client(daemon.endpoint());
    CHECK(client.read_to_close() == "You are banned\n");
    daemon.stop();
}

TEST_CASE("a second daemon does not start on a state directory that is in use", "[wire][state]") {
    const support::temp_dir state;
    const std::string directory = state.path().string();
    daemon_process first({"--state-directory", directory});
    const auto second =
        daemon_process::run({"--listen", "127.0.0.1:0", "--state-directory", directory});
    CHECK(second.exit_code == 1);
    CHECK(second.log == "chatd: the state directory " + directory +
                            " is in use by another chatd; stop it, or choose another directory "
                            "with --state-directory\n");
    wire_client::logged_in(first.endpoint(), "alice").fence();
    first.signal(SIGKILL); // however it ends
    (void)first.wait();
    daemon_process next({"--state-directory", directory});
    next.stop();
}

TEST_CASE("the next daemon starts on a state directory while the former sends what it owes",
          "[wire][state]") {
    const support::temp_dir state;
    const std::string directory = state.path().string();
    daemon_process former({"--state-directory", directory, "--drain-time", "1h", "--no-progress",
                           "0", "--hard-limit", "64MiB", "--flood-rate", "0"});
    auto slow = wire_client::logged_in(former.endpoint(), "slow");
    auto alice = wire_client::logged_in(former.endpoint(), "alice");
    const std::string text(8000, 'x');
    for (int i = 0; i < 1500; ++i) { // more than the kernel takes for who does not read
        alice.send("say " + text + "\n");
        alice.read_until("alice: " + text + "\n");
    }
    former.signal(SIGTERM);
    alice.read_to_close();
    daemon_process next({"--state-directory", directory});
    former.signal(0); // is still there
    next.stop();
}

TEST_CASE("the daemon does not start with a list of bans that it cannot read", "[wire][bans]") {
    const support::temp_dir state;
    write(state.file("bans"), "chatd-bans 1\nname\talice\n");
    auto ended = daemon_process::run(
        {"--listen", "127.0.0.1:0", "--state-directory", state.path().string()});
    CHECK(ended.exit_code == 1);
    CHECK(ended.log == "chatd: " + state.file("bans") +
                           ":2: there are not four fields with a TAB between; repair the file, or "
                           "move it away to begin without bans\n");
    ended = daemon_process::run(
        {"--listen", "127.0.0.1:0", "--state-directory", state.file("nowhere")});
    CHECK(ended.exit_code == 1);
    CHECK(ended.log == "chatd: cannot use the state directory " + state.file("nowhere") +
                           ": No such file or directory\n");
}
