// chatctl and chatd as programs.

#include <nlohmann/json.hpp>
#include <reactor/endpoint.hpp>
#include <reactor/unique_fd.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/program.hpp"
#include "support/socket_pair.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_client.hpp"

using support::daemon_process;
using support::program;
using support::wire_client;

namespace {

struct outcome {
    int status;
    std::string output; ///< Both streams.
};

outcome chatctl(const std::string& path, std::vector<std::string> words) {
    words.insert(words.begin(), {"--socket", path});
    program run(CHATCTL_BINARY, std::move(words));
    const int status = run.wait();
    return {status, run.output()};
}

struct controlled {
    support::temp_dir directory;
    std::string path = directory.file("control.sock");
    daemon_process daemon{{"--control", path}};

    [[nodiscard]] outcome chatctl(std::vector<std::string> words) const {
        return ::chatctl(path, std::move(words));
    }
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A socket on which something else than chatd answers.
struct impostor {
    support::listening_socket socket{AF_UNIX};
    std::string path = socket.address().to_string().substr(5);
    program client;

    explicit impostor(const std::string& timeout = "30s")
        : client(CHATCTL_BINARY, {"--socket", path, "--timeout", timeout, "status"}) {}

    [[nodiscard]] outcome ends() {
        const int status = client.wait();
        return {status, client.output()};
    }
};

void send(const reactor::unique_fd& fd, std::string_view bytes) {
    REQUIRE(::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
}

} // namespace

TEST_CASE("chatctl shows tables to people and JSON to programs", "[ctl]") {
    controlled it;
    const auto alice = wire_client::logged_in(it.daemon.endpoint(), "alice");
    const auto bob = wire_client::logged_in(it.daemon.endpoint(), "bob smith");
    const auto who = it.chatctl({"who"});
    CHECK(who.status == 0);
    CHECK(who.output.starts_with("NAME       ADDRESS "));
    CHECK(has(who.output, "\nbob smith  127.0.0.1:"));
    const auto rows = nlohmann::json::parse(it.chatctl({"who", "--json"}).output);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0]["unsent"].is_number());
    for (const char* const command : {"status", "rooms", "limits", "stats", "trace", "help"}) {
        INFO(command);
        const auto made = it.chatctl({"--json", command});
        CHECK(made.status == 0);
        CHECK_FALSE(nlohmann::json::parse(made.output).empty());
        CHECK_FALSE(it.chatctl({command}).output.empty());
    }
    CHECK(nlohmann::json::parse(it.chatctl({"--json", "status"}).output)["in_room"] == 2);
}

TEST_CASE("chatctl passes words on as they are", "[ctl]") {
    controlled it;
    auto alice = wire_client::logged_in(it.daemon.endpoint(), "alice");
    CHECK(it.chatctl({"say", "a  \"b\"", "\\c", "-d", "--json"}).status == 0);
    alice.expect(" * a  \"b\" \\c -d --json\n");
    CHECK(it.chatctl({"kick", "alice", "no reason"}).status == 0);
    alice.expect_eof();
    CHECK(has(it.daemon.log(), "reason=\"no reason\""));
}

TEST_CASE("the exit status tells a refusal from wrong use", "[ctl]") {
    controlled it;
    const auto refused = it.chatctl({"kick", "nobody"});
    CHECK(refused.status == 1);
    CHECK(refused.output == "chatctl: nobody is called nobody; 'who' tells who is there\n");
    CHECK(it.chatctl({"kick"}).status == 2);
    CHECK(it.chatctl({"kick"}).output == "chatctl: usage: kick NAME|ADDRESS:PORT [REASON...]\n");
    CHECK(it.chatctl({"frobnicate"}).status == 2);
    CHECK(it.chatctl({"stop"}).status == 0);
    CHECK(it.daemon.wait().exit_code == 0);
}

TEST_CASE("a reload that fails exits with 1 and names the mistakes", "[ctl]") {
    support::temp_dir directory;
    const std::string path = directory.file("control.sock");
    const std::string file = directory.file("chatd.conf");
    std::ofstream(file) << "max-line = 1KiB\n";
    daemon_process daemon({"--config", file, "--control", path});
    CHECK(chatctl(path, {"reload"}).status == 0);
    std::ofstream(file) << "max-lien = 1KiB\n";
    const auto failed = chatctl(path, {"reload"});
    CHECK(failed.status == 1);
    CHECK(has(failed.output, file + ":1: "));
    CHECK(has(failed.output, "max-line"));
    CHECK(has(failed.output, "everything stays as it was"));
}

TEST_CASE("an upgrade keeps every session and chatctl waits for the new program", "[ctl]") {
    controlled it;
    auto alice = wire_client::logged_in(it.daemon.endpoint(), "alice");
    const auto done = it.chatctl({"upgrade"});
    INFO(done.output << it.daemon.log());
    CHECK(done.status == 0);
    CHECK(done.output.starts_with("chatd "));
    CHECK(has(it.daemon.log(), "handing_over sessions=1"));
    alice.send("say still here\n");
    alice.expect("alice: still here\n");
    CHECK(has(it.chatctl({"who"}).output, "\nalice "));
}

TEST_CASE("an upgrade that cannot be is refused and the daemon goes on", "[ctl]") {
    controlled it;
    auto alice = wire_client::logged_in(it.daemon.endpoint(), "alice");
    CHECK(has(it.chatctl({"upgrade", "chatd"}).output, "full path"));
    const auto none = it.chatctl({"upgrade", "/nonexistent/chatd"});
    CHECK(none.status == 1);
    CHECK(has(none.output, "cannot go on as /nonexistent/chatd"));
    CHECK(it.chatctl({"upgrade", "/bin/false"}).status == 1);
    CHECK(it.chatctl({"upgrade", "/bin/false"}).status == 1);
    alice.fence();
    CHECK(it.chatctl({"stop"}).status == 0);
}

TEST_CASE("bash completes commands and the names of who is there", "[ctl]") {
    if (::access("/bin/bash", X_OK) != 0)
        SKIP("there is no /bin/bash");
    controlled it;
    const auto alice = wire_client::logged_in(it.daemon.endpoint(), "alice");
    const auto bob = wire_client::logged_in(it.daemon.endpoint(), "bob smith");
    const auto completed = [](const std::string& words) {
        const std::string script = "source '" COMPLETION "'\nCOMP_WORDS=('" CHATCTL_BINARY "' " +
                                   words + ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_chatctl\n" +
                                   "printf '[%s]' \"${COMPREPLY[@]}\"\n";
        program bash("/bin/bash", {"--norc", "-c", script});
        CHECK(bash.wait() == 0);
        return bash.output();
    };
    CHECK(completed("st") == "[status][stats][stop]");
    CHECK(completed("help re") == "[reload]");
    CHECK(completed("--js") == "[--json]");
    CHECK(completed("--socket '" + it.path + "' kick ''") == "[alice][bob\\ smith]");
    CHECK(completed("--socket '" + it.path + "' kick bob") == "[bob\\ smith]");
    CHECK(completed("--socket /nonexistent kick ''") == "[]");
    CHECK(it.chatctl({"ban", "eve and co", "5min", "being rude"}).status == 0);
    CHECK(it.chatctl({"ban", "192.0.2.0/24"}).status == 0);
    CHECK(it.chatctl({"mute", "bob smith", "never mind"}).status == 0);
    CHECK(completed("--socket '" + it.path + "' unban ''") == "[192.0.2.0/24][eve\\ and\\ co]");
    CHECK(completed("--socket '" + it.path + "' unmute ''") == "[bob\\ smith]");
    CHECK(completed("who --n") == "[--names]");
}

TEST_CASE("without a daemon chatctl says what is wrong", "[ctl]") {
    support::temp_dir directory;
    const auto none = chatctl(directory.file("none.sock"), {"status"});
    CHECK(none.status == 1);
    CHECK(has(none.output, "there is no such socket"));
    const std::string file = directory.file("file");
    std::ofstream{file} << "text";
    CHECK(has(chatctl(file, {"status"}).output, "nobody answers"));
    CHECK(has(chatctl(directory.file(std::string(200, 'x')), {"status"}).output,
              "no path of a socket"));
    std::string stale;
    {
        impostor gone;
        stale = gone.path;
        gone.socket.close();
        CHECK(gone.ends().status == 1);
    }
}

TEST_CASE("a daemon that goes away in the middle of its answer is told", "[ctl]") {
    impostor it;
    auto peer = it.socket.accept();
    send(peer, ":table\nname\naa");
    peer.reset();
    const auto ended = it.ends();
    CHECK(ended.status == 1);
    CHECK(has(ended.output, "went away before its answer was complete"));
    CHECK_FALSE(has(ended.output, "aa"));
}

TEST_CASE("chatctl does not believe what is no answer", "[ctl]") {
    impostor it;
    const auto peer = it.socket.accept();
    send(peer, "Connect Success\n");
    const auto ended = it.ends();
    CHECK(ended.status == 1);
    CHECK(has(ended.output, "is not chatd's control socket"));
}

TEST_CASE("chatctl gives up in time whatever the daemon does", "[ctl]") {
    impostor it("50ms");
    reactor::unique_fd peer;
    if (GENERATE(false, true)) {
        peer = it.socket.accept();
        send(peer, ":text\nand then nothing\n");
    }
    const auto ended = it.ends();
    CHECK(ended.status == 1);
    CHECK(has(ended.output, "does not answer in time"));
}

TEST_CASE("a stopped daemon does not hang chatctl", "[ctl]") {
    controlled it;
    it.daemon.pause();
    const auto ended = it.chatctl({"--timeout", "50ms", "who"});
    it.daemon.resume();
    CHECK(ended.status == 1);
    CHECK(has(ended.output, "does not answer in time"));
    CHECK(it.chatctl({"who"}).status == 0);
}
