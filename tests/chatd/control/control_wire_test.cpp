// The control socket of the real daemon, as a client sees it.

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "chatd/control/controlled_daemon.hpp"
#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_client.hpp"

using support::daemon_process;
using support::wire_client;

TEST_CASE("status tells the version and how many are there", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    const auto alice = wire_client::logged_in(it.daemon.endpoint(), "alice");
    const std::string status = ask(control, "status");
    CHECK(status.starts_with(":fields\nversion\t"));
    CHECK(has(status, "\npid#\t" + std::to_string(it.daemon.pid()) + "\n"));
    CHECK(has(status, "\nlistening\t" + it.daemon.endpoint() + "\n"));
    CHECK(has(status, "\nconnections#\t1\n"));
    CHECK(has(status, "\nin_room#\t1\n"));
    CHECK(has(status, "\nstate\tserving\n"));
}

TEST_CASE("who has a row for everybody who is connected", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    const auto room = support::log_in_many(it.daemon.endpoint(), "user", 12);
    wire_client outside(it.daemon.endpoint());
    outside.expect("Connect Success");
    const std::string who = ask(control, "who");
    CHECK(who.starts_with(":table\nname\taddress\tstate\tunsent#\n"));
    for (int i = 0; i < 12; ++i)
        CHECK(has(who, "\nuser" + std::to_string(i) + "\t127.0.0.1:"));
    CHECK(has(who, "\n\t127.0.0.1:"));
    const std::string names = ask(control, "who --names");
    CHECK(has(names, "\nuser11\n"));
    CHECK(std::count(names.begin(), names.end(), '\n') == 13); // the form, and 12
    CHECK(has(ask(control, "rooms"), "\t12\n"));
}

TEST_CASE("kick ends one session and the room sees it leave", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    auto alice = wire_client::logged_in(it.daemon.endpoint(), "alice");
    auto bob = wire_client::logged_in(it.daemon.endpoint(), "bob smith");
    alice.expect("bob smith has entered the room.\n");
    alice.send("say to be read before the end\n");
    alice.expect("alice: to be read before the end\n");
    CHECK(has(ask(control, "kick \"bob smith\" he shouts"), "\"bob smith\" was kicked\n"));
    CHECK(bob.read_to_eof() == "alice: to be read before the end\n");
    alice.expect("bob smith has left the room.\n");
    alice.fence();
    CHECK(has(ask(control, "stats"), "\nclosed_kicked#\t1\n"));
    CHECK(has(it.daemon.log(),
              "info kick name=\"bob smith\" reason=\"he shouts\" category=control\n"));
    CHECK(has(refusal(control, "kick \"bob smith\""), "nobody is called \"bob smith\""));
    auto again = wire_client::logged_in(it.daemon.endpoint(), "bob smith"); // the name is free
    alice.expect("bob smith has entered the room.\n");
}

TEST_CASE("who has not logged in is kicked by address", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    wire_client outside(it.daemon.endpoint());
    outside.expect("Connect Success");
    const std::string who = ask(control, "who");
    const auto begin = who.find("\n\t") + 2;
    const std::string address = who.substr(begin, who.find('\t', begin) - begin);
    CHECK(has(refusal(control, "kick 127.0.0.1:1"), "nobody is called 127.0.0.1:1"));
    auto bearer = wire_client::logged_in(it.daemon.endpoint(), address); // a name comes first
    CHECK(has(ask(control, "kick " + address), address + " was kicked\n"));
    bearer.expect_eof();
    CHECK(has(it.daemon.log(), "info kick name=" + address + " reason=\"\" category=control\n"));
    CHECK(has(ask(control, "kick " + address + " he waits"), address + " was kicked\n"));
    outside.expect_eof();
    CHECK(has(it.daemon.log(),
              "info kick peer=" + address + " reason=\"he waits\" category=control\n"));
    CHECK(has(ask(control, "stats"), "\nclosed_kicked#\t2\n"));
}

TEST_CASE("who is kicked gets what it is owed first", "[control]") {
    controlled_daemon it({"--flood-rate", "0"});
    auto control = it.connect();
    auto speaker = wire_client::logged_in(it.daemon.endpoint(), "speaker");
    auto slow = wire_client::logged_in(it.daemon.endpoint(), "slow", {.receive_buffer = 4096});
    speaker.expect("slow has entered the room.\n");
    const std::string line = "speaker: " + std::string(8000, 'x') + "\n";
    std::string owed;
    support::wait_until("its output is stuck", [&] {
        speaker.send("say " + line.substr(9));
        speaker.expect(line);
        owed += line;
        const std::string who = ask(control, "who");
        const std::string row = who.substr(who.find("\nslow\t") + 1);
        return !has(row.substr(0, row.find('\n') + 1), "\t0\n");
    });
    ask(control, "kick slow");
    speaker.expect("slow has left the room.\n");
    CHECK(slow.read_to_eof() == owed);
}

TEST_CASE("an announcement comes to all in the room and begins with a blank", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    auto alice = wire_client::logged_in(it.daemon.endpoint(), "alice");
    wire_client outside(it.daemon.endpoint());
    outside.expect("Connect Success");
    alice.send("say before\n");
    alice.expect("alice: before\n");
    CHECK(ask(control, "say \"back  in\" 5 minutes\x1b[2J\xff") == ":text\nsaid to 1\n");
    alice.expect(" * back  in 5 minutes[2J\xef\xbf\xbd\n");
    alice.fence();
    outside.fence();
    CHECK(has(refusal(control, "say \" \""), "nothing to say"));
}

TEST_CASE("requests are answered in order however they come", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    control.send_bytewise("version\n");
    control.expect(":text\nchatd ");
    control.read_until(".ok\n");
    control.send("\n  \t\nrooms\r\nnonsense\nrooms\n");
    control.expect(":table\nroom\tmembers#\nmain\t0\n.ok\n");
    control.expect(".error there is no command nonsense; 'help' lists them\n");
    control.expect(":table\nroom\tmembers#\nmain\t0\n.ok\n");
    control.send("rooms\nwho\nrooms");
    control.half_close();
    const std::string rest = control.read_to_eof();
    CHECK(has(rest, ".ok\n:table\nname\t"));
}

TEST_CASE("reload answers with what became of it", "[control]") {
    support::temp_dir directory;
    const std::string path = directory.file("control.sock");
    const std::string file = directory.file("chatd.conf");
    std::ofstream(file) << "max-line = 1KiB\n";
    daemon_process daemon({"--config", file, "--control", path});
    wire_client control("unix:" + path);
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    std::ofstream(file) << "max-line = 2KiB\n";
    CHECK(has(ask(control, "reload"), "max-line"));
    CHECK(has(ask(control, "limits"), "\nmax-line\t2KiB\t" + file + ":1\n"));
    std::ofstream(file) << "max-line = many\n";
    control.send("reload\n");
    CHECK(has(control.read_until("\n.error "), file + ":1: max-line"));
    control.read_lines(1);
    CHECK(has(ask(control, "limits"), "\nmax-line\t2KiB\t"));
    alice.fence();
}

TEST_CASE("the socket is for owner and group and goes with the daemon", "[control]") {
    controlled_daemon it;
    struct stat file {};
    REQUIRE(::lstat(it.path.c_str(), &file) == 0);
    CHECK((file.st_mode & 07777) == 0660);
    auto control = it.connect();
    ask(control, "rooms"); // it was accepted
    it.daemon.stop();
    control.expect_eof();
    CHECK(::lstat(it.path.c_str(), &file) != 0);
}

TEST_CASE("stop and drain end the daemon well", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    auto room = support::log_in_many(it.daemon.endpoint(), "user", 3);
    support::settle(room);
    const bool gradual = GENERATE(false, true);
    if (gradual)
        ask(control, "drain --rate 1000");
    else
        ask(control, "stop");
    control.expect_eof();
    control.close();
    for (auto& one : room)
        CHECK_FALSE(has(one.read_to_eof(), "user0: "));
    CHECK(it.daemon.wait().exit_code == 0);
}

TEST_CASE("a ban of a name closes its session and lasts until it is lifted", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    auto alice = wire_client::logged_in(it.daemon.endpoint(), "alice");
    auto bob = wire_client::logged_in(it.daemon.endpoint(), "bob");
    alice.expect("bob has entered the room.\n");
    CHECK(ask(control, "ban bob 2h he shouts") ==
          ":text\nbob is banned for 2h; sessions closed: 1\n");
    bob.read_to_eof();
    alice.expect("bob has left the room.\n");
    wire_client again(it.daemon.endpoint());
    again.expect("Connect Success");
    again.send("login bob\n");
    again.expect("UserName Exist");
    const std::string bans = ask(control, "bans");
    CHECK(bans.starts_with(":table\nkind\ttarget\tuntil\treason\nname\tbob\t2"));
    CHECK(bans.ends_with("Z\the shouts\n"));
    CHECK(has(ask(control, "unban bob"), "bob may come again"));
    again.send("login bob\n");
    again.expect("Login Success");
    CHECK(has(refusal(control, "unban bob"), "bob"));
    CHECK(ask(control, "bans") == ":table\nkind\ttarget\tuntil\treason\n");
    CHECK(has(it.daemon.log(), "info control command=ban uid="));
}

TEST_CASE("a ban of an address turns connections away", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    auto alice = wire_client::logged_in(it.daemon.endpoint(), "alice");
    CHECK(ask(control, "ban 127.0.0.0/8") ==
          ":text\n127.0.0.0/8 is banned for ever; sessions closed: 1\n");
    alice.read_to_close();
    CHECK_FALSE(has(wire_client(it.daemon.endpoint()).read_to_close(), "Connect Success"));
    CHECK(has(ask(control, "bans"), "\naddresses\t127.0.0.0/8\tnever\t\n"));
    ask(control, "unban 127.0.0.0/8");
    const auto back = wire_client::logged_in(it.daemon.endpoint(), "alice");
}

TEST_CASE("what a muted name says is not passed on", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    auto alice = wire_client::logged_in(it.daemon.endpoint(), "alice");
    auto bob = wire_client::logged_in(it.daemon.endpoint(), "bob");
    alice.expect("bob has entered the room.\n");
    CHECK(has(ask(control, "mute bob 60"), "bob is muted for 1min; sessions muted: 1\n"));
    bob.send("say psst\n");
    bob.read_to_fence();
    alice.fence();
    CHECK(has(ask(control, "bans"), "\nmute\tbob\t"));
    CHECK(has(ask(control, "unmute bob"), "may speak again"));
    bob.send("say at last\n");
    alice.expect("bob: at last\n");
}

TEST_CASE("a ban that cannot be is refused with what would be right", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    CHECK(has(refusal(control, "ban bob 5parsecs"), "a number of seconds"));
    CHECK(has(refusal(control, "ban bob 0"), "out of range"));
    CHECK(refusal(control, "ban 127.0.0.1/99").size() > 10);
    CHECK(refusal(control, "ban \"\"").size() > 5);
    CHECK(refusal(control, "mute \"\"").size() > 5);
    CHECK(ask(control, "bans") == ":table\nkind\ttarget\tuntil\treason\n");
}

TEST_CASE("bans outlive a restart", "[control]") {
    support::temp_dir state;
    {
        controlled_daemon it({"--state-directory", state.path().string()});
        auto control = it.connect();
        ask(control, "ban bob 1d \"why not\"");
        ask(control, "mute alice");
        control.close();
        it.daemon.stop();
    }
    controlled_daemon it({"--state-directory", state.path().string()});
    auto control = it.connect();
    const std::string bans = ask(control, "bans");
    CHECK(has(bans, "\nname\tbob\t"));
    CHECK(has(bans, "Z\twhy not\n"));
    CHECK(has(bans, "\nmute\talice\tnever\t\n"));
}
