// Ending all sessions gradually.

#include <string>
#include <vector>

#include "chatd/control/controlled_daemon.hpp"
#include "support/catch.hpp"

using support::wire_client;

TEST_CASE("a drain ends sessions one after the other and the rest goes on", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    auto room = support::log_in_many(it.daemon.endpoint(), "user", 20);
    support::settle(room);
    CHECK(has(ask(control, "drain --rate 2"), "draining 20 connections, 2 a second\n"));
    CHECK(has(ask(control, "status"), "\nstate\tdraining\n"));
    CHECK_FALSE(wire_client::can_connect(it.daemon.endpoint()));
    std::vector<wire_client*> left;
    support::wait_until("somebody was told to go", [&] {
        left.clear();
        for (auto& one : room) {
            one.read_available();
            if (!one.has_ended())
                left.push_back(&one);
        }
        return left.size() < room.size();
    });
    REQUIRE(left.size() > 2); // all of them take ten seconds
    left[0]->send("say I am still here\n");
    left[0]->read_until(": I am still here\n");
    left[1]->read_until(" has left the room.\n");
    ask(control, "drain --rate 100000"); // faster now
    for (auto& one : room)
        one.read_to_eof();
    room.clear();
    control.expect_eof();
    control.close();
    CHECK(it.daemon.wait().exit_code == 0);
}

TEST_CASE("a drain of nobody ends the daemon at once", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    ask(control, "drain");
    control.expect_eof();
    control.close();
    CHECK(it.daemon.wait().exit_code == 0);
}

TEST_CASE("a stop amid a drain is a stop", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    auto room = support::log_in_many(it.daemon.endpoint(), "user", 5);
    support::settle(room);
    ask(control, "drain --rate 1");
    const bool by_signal = GENERATE(false, true);
    if (by_signal)
        it.daemon.signal(SIGTERM);
    else
        ask(control, "stop");
    for (auto& one : room)
        one.read_to_eof();
    room.clear();
    control.close();
    CHECK(it.daemon.wait().exit_code == 0);
    CHECK(has(it.daemon.log(), by_signal ? "info stopping reason=signal category=daemon\n"
                                         : "info stopping reason=control category=daemon\n"));
}

TEST_CASE("the first signal after another stop lets it send what is owed", "[control]") {
    support::temp_dir dir;
    const std::string endpoint = "unix:" + dir.file("chat"); // its buffer does not grow
    controlled_daemon it({"--listen", endpoint, "--flood-rate", "0", "--room-rate", "0",
                          "--soft-limit", "8MiB", "--hard-limit", "16MiB"});
    auto control = it.connect();
    auto slow = wire_client::logged_in(endpoint, "slow");
    slow.fence();
    auto speaker = wire_client::logged_in(endpoint, "speaker");
    speaker.fence();
    std::string said = "speaker has entered the room.\n";
    for (int i = 0; i < 200; ++i) {
        speaker.send("say " + std::string(5000, 'x') + "\n");
        said += speaker.read_until("x\n");
    }
    const std::string how = GENERATE("stop", "drain --rate 100000");
    ask(control, how);
    speaker.read_to_eof();
    support::wait_until("it stops", [&] { return has(it.daemon.log(), "info stopping "); });
    it.daemon.signal(SIGTERM);
    CHECK(slow.read_to_eof().starts_with(said));
    slow.close();
    speaker.close();
    control.close();
    CHECK(it.daemon.wait().exit_code == 0);
}

TEST_CASE("a peer that does not read does not keep a drain from its end", "[control]") {
    controlled_daemon it({"--flood-rate", "0", "--drain-time", "50ms"});
    auto control = it.connect();
    auto speaker = wire_client::logged_in(it.daemon.endpoint(), "speaker");
    auto stalled =
        wire_client::logged_in(it.daemon.endpoint(), "stalled", {.receive_buffer = 4096});
    support::wait_until("its output is stuck", [&] {
        speaker.send("say " + std::string(8000, 'x') + "\n");
        speaker.read_until("\n");
        const std::string who = ask(control, "who");
        return has(who, "stalled\t") && !has(who.substr(who.find("stalled\t")), "in_room\t0\n");
    });
    for (int i = 0; i < 40; ++i) { // more than the kernel may still take
        speaker.send("say " + std::string(8000, 'x') + "\n");
        speaker.read_until("\n");
    }
    ask(control, "drain --rate 1000");
    speaker.read_to_eof();
    speaker.close();
    control.read_to_eof();
    control.close();
    CHECK(it.daemon.wait().exit_code == 0);
    CHECK(has(it.daemon.log(), "info stopping reason=drain category=daemon\n"));
    CHECK(has(it.daemon.log(), " cut=1 category=daemon\n"));
}
