// What the daemon takes from control connections without harm to itself or to the room.

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "chatd/control/controlled_daemon.hpp"
#include "support/catch.hpp"

using support::daemon_process;
using support::wire_client;

namespace {

/// The daemon serves the room and administrators.
void check_well(const controlled_daemon& it) {
    auto alice = wire_client::logged_in(it.daemon.endpoint(), "alice");
    alice.send("say still here\n");
    alice.expect("alice: still here\n");
    auto control = it.connect();
    CHECK(has(ask(control, "who --names"), "\nalice\n"));
}

std::string noise(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string bytes(size, '\0');
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
    return bytes;
}

} // namespace

TEST_CASE("any bytes on the control socket are answered or discarded", "[control]") {
    controlled_daemon it;
    for (unsigned seed = 0; seed < 20; ++seed) {
        auto control = it.connect();
        control.send(noise(5000, seed) + "\n\"\"\nversion\n");
        const std::string all = control.read_until(":text\nchatd ");
        CHECK(has(all, ".error "));
        for (const char c : all)
            CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
    }
    auto browser = it.connect();
    browser.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(has(browser.read_lines(2), "there is no command GET"));
    check_well(it);
}

TEST_CASE("a request over the limit is refused once and the next is answered", "[control]") {
    controlled_daemon it;
    auto control = it.connect();
    const std::string most = "say " + std::string(4092, 'x'); // 4096 bytes
    CHECK(has(ask(control, most), "said to 0"));
    control.send(most + "x\n");
    control.expect(".error the request is too long: 4096 bytes are the most\n");
    control.send(std::string(300'000, 'y'));
    control.expect(".error the request is too long: 4096 bytes are the most\n");
    control.send("\nversion\n");
    control.expect(":text\nchatd ");
    control.read_until(".ok\n");
    CHECK(has(ask(control, "stats"), "\ncontrol_too_long#\t2\n"));
}

TEST_CASE("answers that nobody reads make requests wait", "[control]") {
    controlled_daemon it;
    wire_client control("unix:" + it.path, "control", {.receive_buffer = 4096});
    ask(control, "version");
    const std::size_t before = it.daemon.resident_kib();
    std::string many;
    for (int i = 0; i < 400; ++i)
        many += "stats\nlimits\nwho\n";
    std::size_t sent = 0;
    while (sent < 2'000'000 && control.writable_within(std::chrono::milliseconds{50}))
        sent += control.send_some(many);
    CHECK(sent < 2'000'000); // the daemon stopped reading
    CHECK(it.daemon.resident_kib() < before + 4 * 1024);
    check_well(it);
    const std::size_t asked = sent / 17; // whole rounds of three requests
    for (std::size_t i = 0; i < std::min<std::size_t>(asked, 200); ++i) {
        control.read_until("\n.ok\n:table\noption"); // stats, and then limits
        control.read_until("\n.ok\n:table\nname");
    }
}

TEST_CASE("only so many control connections are taken at a time", "[control]") {
    controlled_daemon it;
    std::vector<wire_client> taken;
    for (int i = 0; i < 16; ++i) {
        taken.push_back(it.connect());
        ask(taken.back(), "version");
    }
    for (int i = 0; i < 50; ++i)
        CHECK(it.connect().read_to_close() ==
              ".error too many control connections: 16 are the most; try again later\n");
    CHECK(has(ask(taken.front(), "stats"), "\ncontrol_refused#\t50\n"));
    taken.erase(taken.begin() + 1, taken.end());
    support::wait_until("there is room again", [&] {
        auto next = it.connect();
        next.send_some("version\n");
        return next.read_segment().starts_with(":text");
    });
    taken.clear();
    support::wait_until("all have been noticed to be gone", [&] {
        auto next = it.connect();
        next.send_some("version\n");
        return next.read_segment().starts_with(":text");
    });
    check_well(it);
    CHECK(has(it.daemon.log(), "warning control_refused uid="));
}

TEST_CASE("a client that goes in the middle of an answer leaves nothing behind", "[control]") {
    controlled_daemon it;
    const auto room = support::log_in_many(it.daemon.endpoint(), "user", 40);
    for (int i = 0; i < 100; ++i) {
        auto control = it.connect();
        control.send("who\ntrace\nwho\nstats\n");
        if (i % 2 == 0)
            control.read_segment();
        control.close();
    }
    support::wait_until("their descriptors are closed", [&] {
        auto control = it.connect();
        control.send_some("status\n");
        return has(control.read_segment(), "connections#\t40");
    });
    check_well(it);
}

TEST_CASE("a long answer comes whole beside other traffic", "[control]") {
    controlled_daemon it({"--flood-rate", "0"});
    auto room = support::log_in_many(it.daemon.endpoint(), "user", 300);
    wire_client control("unix:" + it.path, "control", {.receive_buffer = 4096});
    control.send("who\nwho --names\n");
    room.back().send("say hello\n");
    room.back().read_until("user299: hello\n");
    const std::string who = control.read_until(".ok\n");
    CHECK(std::count(who.begin(), who.end(), '\n') == 303); // form, names of columns, status
    const std::string names = control.read_until(".ok\n");
    CHECK(std::count(names.begin(), names.end(), '\n') == 302);
}

TEST_CASE("administrators get in when no more clients do", "[control]") {
    daemon_process::options few;
    few.descriptor_limit = 100;
    controlled_daemon it({}, few);
    std::vector<wire_client> taken;
    for (std::string greeting; taken.size() < 100 && !has(greeting, "Server full");) {
        taken.emplace_back(it.daemon.endpoint());
        greeting = taken.back().read_segment();
    }
    REQUIRE(taken.size() < 100);
    std::vector<wire_client> controls;
    for (int i = 0; i < 16; ++i) {
        controls.push_back(it.connect());
        CHECK(has(ask(controls.back(), "status"), "\nconnections#\t"));
    }
}
