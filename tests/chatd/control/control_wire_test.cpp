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
    CHECK(has(status, "\nconnections#\t1\nin_room#\t1\n"));
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
    CHECK(has(it.daemon.log(), "info kick name=\"bob smith\" reason=\"he shouts\"\n"));
    CHECK(has(refusal(control, "kick \"bob smith\""), "nobody is called \"bob smith\""));
    auto again = wire_client::logged_in(it.daemon.endpoint(), "bob smith"); // the name is free
    alice.expect("bob smith has entered the room.\n");
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
