// The daemon becomes another program, and nobody notices.

#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "chatd/upgrade/stages.hpp"
#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_client.hpp"

using Catch::Matchers::ContainsSubstring;
using support::daemon_process;
using support::has_logged;
using support::wire_client;

namespace {

void upgrade(daemon_process& daemon, std::size_t times = 1) {
    daemon.signal(SIGUSR2);
    support::wait_until("the next program serves",
                        [&] { return has_logged(daemon, "info restored ", times); });
}

void fail_to_upgrade(daemon_process& daemon) {
    daemon.signal(SIGUSR2);
    support::wait_until("the upgrade fails",
                        [&] { return has_logged(daemon, "error upgrade_failed ", 1); });
}

/// The answer of the control socket at that path.
std::string ask(const std::string& control, const std::string& request) {
    wire_client client("unix:" + control);
    client.send(request + "\n");
    return client.read_until(".ok\n");
}

/// A copy of the daemon, which may be replaced.
class own_binary {
public:
    own_binary() {
        std::filesystem::copy_file(daemon_process::default_binary(), path);
        options.binary = path;
    }
    /// Puts a shell script there.
    void become_script(const std::string& text) {
        std::filesystem::remove(path);
        std::ofstream(path) << "#!/bin/sh\n" << text;
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    }

    support::temp_dir dir;
    std::string path = dir.file("chatd");
    daemon_process::options options;
};

/// Whether the process whose number is in the file has ended and waits to be asked for.
bool is_zombie(const std::string& file) {
    std::string number;
    std::ifstream(file) >> number;
    std::ifstream status("/proc/" + number + "/stat");
    const std::string text{std::istreambuf_iterator<char>(status), {}};
    return text.find(") Z ") != std::string::npos;
}

} // namespace

TEST_CASE("clients in every state go on over an upgrade in place", "[upgrade]") {
    daemon_process daemon(support::everybody::arguments());
    support::everybody all(daemon.endpoint());
    upgrade(daemon);
    CHECK_THAT(daemon.log(), ContainsSubstring("restored sessions=8 lost=0 closed=0 "));
    all.check_after(daemon.endpoint());
}

TEST_CASE("an upgrade keeps the process and its sockets and its command line", "[upgrade]") {
    support::temp_dir dir;
    const std::string socket = dir.file("chat");
    daemon_process daemon(
        {"--listen", "127.0.0.1:0", "--listen", "unix:" + socket, "--max-name", "5"});
    auto alice = wire_client::logged_in(daemon.endpoints()[0], "alice");
    for (std::size_t i = 1; i <= 3; ++i)
        upgrade(daemon, i);
    for (const auto& endpoint : daemon.endpoints()) {
        wire_client again(endpoint);
        again.expect("Connect Success");
        again.send("login toolong\n");
        again.expect("UserName Exist");
    }
    alice.fence();
    alice.close();
    daemon.stop();
    CHECK_FALSE(std::filesystem::exists(socket));
}

TEST_CASE("who is leaving during an upgrade still gets what it is owed", "[upgrade]") {
    support::temp_dir dir;
    const std::string endpoint = "unix:" + dir.file("chat"); // its buffer does not grow
    daemon_process daemon({"--listen", endpoint, "--flood-rate", "0", "--soft-limit", "8MiB",
                           "--hard-limit", "16MiB"});
    auto leaver = wire_client::logged_in(endpoint, "leaver");
    leaver.fence();
    auto speaker = wire_client::logged_in(endpoint, "speaker");
    speaker.fence();
    std::string said = "speaker has entered the room.\n";
    for (int i = 0; i < 200; ++i) {
        speaker.send("say " + std::string(5000, 'x') + "\n");
        said += speaker.read_until("x\n");
    }
    leaver.send("logout\n");
    speaker.expect("leaver has left the room.\n");
    upgrade(daemon);
    CHECK((leaver.read_to_eof() == said));
    speaker.fence();
    auto again = wire_client::logged_in(endpoint, "leaver");
    speaker.expect("leaver has entered the room.\n");
}

TEST_CASE("who is muted is so after an upgrade", "[upgrade]") {
    support::temp_dir dir;
    std::ofstream(dir.file("bans")) << "chatd-bans 1\nmute\tmallory\tnever\t\nend 1\n";
    daemon_process daemon({"--state-directory", dir.path().string()});
    auto mallory = wire_client::logged_in(daemon.endpoint(), "mallory");
    mallory.fence();
    upgrade(daemon);
    mallory.send("say hi\n");
    mallory.expect("You are muted\n");
}

TEST_CASE("bans that no file keeps live on over an upgrade", "[upgrade]") {
    support::temp_dir dir;
    const std::string control = dir.file("control");
    daemon_process daemon({"--control", control});
    ask(control, "ban mallory 1h");
    ask(control, "mute bob");
    auto bob = wire_client::logged_in(daemon.endpoint(), "bob");
    bob.fence();
    upgrade(daemon);
    wire_client mallory(daemon.endpoint());
    mallory.expect("Connect Success");
    mallory.send("login mallory\n");
    mallory.expect("UserName Exist");
    bob.send("say hi\n");
    bob.expect("You are muted\n");
    CHECK_THAT(ask(control, "bans"), ContainsSubstring("mallory") && ContainsSubstring("bob"));
}

TEST_CASE("bans without a file go to the one that an upgrade brings", "[upgrade]") {
    support::temp_dir dir;
    const std::string file = dir.file("chatd.conf");
    std::ofstream(file) << "";
    const std::string control = dir.file("control");
    daemon_process daemon({"--config", file, "--control", control});
    ask(control, "ban mallory 1h");
    std::ofstream(file) << "state-directory=" + dir.path().string() + "\n";
    upgrade(daemon);
    CHECK_THAT(ask(control, "bans"), ContainsSubstring("mallory"));
    std::ifstream kept(dir.file("bans"));
    const std::string text{std::istreambuf_iterator<char>(kept), {}};
    CHECK_THAT(text, ContainsSubstring("mallory"));
}

TEST_CASE("a damaged file of bans costs an upgrade nothing else", "[upgrade]") {
    support::temp_dir dir;
    const std::string control = dir.file("control");
    daemon_process daemon({"--state-directory", dir.path().string(), "--control", control});
    ask(control, "mute mallory");
    auto mallory = wire_client::logged_in(daemon.endpoint(), "mallory");
    mallory.fence();
    std::ofstream(dir.file("bans")) << "rubbish\n";
    upgrade(daemon);
    CHECK_THAT(daemon.log(), ContainsSubstring("error state_unavailable reason="));
    mallory.send("say hi\n");
    mallory.expect("You are muted\n");
    wire_client::logged_in(daemon.endpoint(), "alice").close();
    CHECK_THAT(ask(control, "bans"), ContainsSubstring("mallory"));
}

TEST_CASE("metrics that cannot be served after an upgrade cost nothing else", "[upgrade]") {
    support::temp_dir dir;
    const std::string file = dir.file("chatd.conf");
    std::ofstream(file) << "";
    const std::string control = dir.file("control");
    daemon_process daemon({"--config", file, "--control", control});
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    std::ofstream(file) << "metrics=unix:" + dir.file("none/metrics") + "\n";
    upgrade(daemon);
    CHECK_THAT(daemon.log(), ContainsSubstring("error metrics_unavailable reason=") &&
                                 !ContainsSubstring("not_listening"));
    alice.fence();
    wire_client::logged_in(daemon.endpoint(), "bob").close();
    CHECK_THAT(ask(control, "who"), ContainsSubstring("alice"));
}

TEST_CASE("it listens where it did if it cannot where it should after an upgrade", "[upgrade]") {
    support::temp_dir dir;
    const std::string file = dir.file("chatd.conf");
    const std::string socket = dir.file("chat");
    std::ofstream(file) << "listen=127.0.0.1:0\nlisten=unix:" + socket + "\n";
    daemon_process::options chosen;
    chosen.own_listen = true;
    daemon_process daemon({"--config", file}, chosen);
    auto alice = wire_client::logged_in(daemon.endpoints()[0], "alice");
    alice.fence();
    std::ofstream(file) << "listen=127.0.0.1:0\nlisten=unix:" + dir.file("none/chat") + "\n";
    upgrade(daemon);
    CHECK_THAT(daemon.log(), ContainsSubstring("error not_listening reason="));
    alice.fence();
    for (const auto& endpoint : daemon.endpoints()) {
        wire_client next(endpoint);
        next.expect("Connect Success");
    }
    alice.close();
    daemon.stop();
    CHECK_FALSE(std::filesystem::exists(socket));
}

TEST_CASE("a binary that is not chatd is found out and costs nothing", "[upgrade]") {
    own_binary binary;
    daemon_process daemon({}, binary.options);
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    binary.become_script("echo surprise\n");
    fail_to_upgrade(daemon);
    CHECK_THAT(daemon.log(), ContainsSubstring("surprise"));
    alice.fence();
    alice.close();
    daemon.stop();
}

TEST_CASE("a binary that cannot be run after all leaves the old one serving", "[upgrade]") {
    own_binary binary;
    daemon_process daemon({}, binary.options);
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    binary.become_script("echo 'chatd: takes over state of format 1'\nchmod a-x \"$0\"\n");
    fail_to_upgrade(daemon);
    CHECK_THAT(daemon.log(), ContainsSubstring("it cannot be run: "));
    alice.fence();
    alice.send("say still here\n");
    alice.expect("alice: still here\n");
    wire_client::logged_in(daemon.endpoint(), "bob").close();
    alice.close();
    daemon.stop();
}

TEST_CASE("a configuration that has become wrong stops an upgrade and nothing else", "[upgrade]") {
    support::temp_dir dir;
    const std::string file = dir.file("chatd.conf");
    std::ofstream(file) << "max-name=10\n";
    daemon_process daemon({"--config", file});
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    std::ofstream(file) << "max-nome=10\n";
    fail_to_upgrade(daemon);
    CHECK_THAT(daemon.log(), ContainsSubstring("max-nome"));
    alice.fence();
    alice.close();
    daemon.stop();
}

TEST_CASE("a signal that comes while the program changes is served", "[upgrade]") {
    own_binary binary;
    daemon_process daemon({}, binary.options);
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    std::filesystem::copy_file(binary.path, binary.path + ".new");
    binary.become_script("echo $$ >\"$0.tmp\"; mv \"$0.tmp\" \"$0.pid\"\n"
                         "until [ -e \"$0.go\" ]; do sleep 0.01; done\n"
                         "mv \"$0.new\" \"$0\"\n"
                         "echo 'chatd: takes over state of format 1'\n");
    daemon.signal(SIGUSR2);
    support::wait_until("the question is asked",
                        [&] { return std::filesystem::exists(binary.path + ".pid"); });
    daemon.pause(); // so that the answer is there before the signal, and both before it looks
    std::ofstream(binary.path + ".go") << "go\n";
    support::wait_until("the answer is given", [&] { return is_zombie(binary.path + ".pid"); });
    const int number = GENERATE(SIGHUP, SIGTERM);
    daemon.signal(number);
    daemon.resume();
    if (number == SIGHUP) {
        support::wait_until("the next program serves",
                            [&] { return has_logged(daemon, "info restored ", 1); });
        support::wait_until("it reloads", [&] { return has_logged(daemon, "info reloaded ", 1); });
        alice.fence();
        alice.close();
        daemon.stop();
    } else {
        alice.expect_eof();
        alice.close();
        CHECK(daemon.wait().exit_code == 0);
    }
}

TEST_CASE("a state variable that names no state is told and does no harm", "[upgrade]") {
    daemon_process::options chosen;
    chosen.environment = {"CHATD_STATE=57"};
    daemon_process daemon({}, chosen);
    CHECK_THAT(daemon.log(), ContainsSubstring("state_refused"));
    wire_client::logged_in(daemon.endpoint(), "alice").close();
    daemon.stop();
}

TEST_CASE("the question for a format that is not read is answered with no", "[upgrade]") {
    const auto other = daemon_process::run({"--check-upgrade=999"});
    CHECK(other.exit_code == 2);
    CHECK(other.output == "chatd: reads state of format 1, not 999\n");
    const auto same = daemon_process::run({"--check-upgrade=1", "--max-name", "5"});
    CHECK(same.exit_code == 0);
    CHECK(same.output == "chatd: takes over state of format 1\n");
    const auto wrong = daemon_process::run({"--check-upgrade=1", "--max-nome", "5"});
    CHECK(wrong.exit_code == 2);
    CHECK_THAT(wrong.output, ContainsSubstring("--max-name"));
}
