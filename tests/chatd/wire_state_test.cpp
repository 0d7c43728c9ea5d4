// What the daemon keeps between its runs, over real sockets.

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_client.hpp"

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
