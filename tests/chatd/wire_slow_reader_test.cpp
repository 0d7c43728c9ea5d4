// Readers that do not read: they cost the others nothing, and the daemon a bounded amount of
// memory.

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/sanitized.hpp"
#include "support/wire_client.hpp"

using support::daemon_process;
using support::wire_client;

namespace {

// What a sanitizer adds to a process says nothing about the daemon.
constexpr bool memory_is_telling = !support::sanitized;

wire_client stalled_reader(const daemon_process& daemon) {
    return wire_client::logged_in(daemon.endpoint(), "stalled", wire_client::options{4096});
}

/// Sixty-four lines of a thousand bytes, the last of them a mark.
std::string batch(int number) {
    std::string lines;
    for (int i = 0; i < 63; ++i)
        lines += "say " + std::string(1000, static_cast<char>('a' + number % 26)) + "\n";
    return lines + "say end of " + std::to_string(number) + "\n";
}

/// The first one says a batch and all hear the same; what they heard.
std::string say_batch(std::vector<wire_client>& room, int number) {
    const std::string mark = room.front().label() + ": end of " + std::to_string(number) + "\n";
    room.front().send(batch(number));
    std::string heard = room.front().read_until(mark);
    for (std::size_t i = 1; i < room.size(); ++i)
        room[i].expect(heard);
    return heard;
}

/// Says batches until the room has been told that the stalled one left, at most `most`.
bool say_until_stalled_has_left(std::vector<wire_client>& room, int most) {
    for (int number = 0; number < most; ++number) {
        if (say_batch(room, number).find("stalled has left the room.\n") != std::string::npos)
            return true;
    }
    return false;
}

} // namespace

TEST_CASE("a stalled reader among 100 is closed at the hard limit and costs no other a line",
          "[wire][slow]") {
    daemon_process daemon({"--flood-rate", "0", "--hard-limit", "262144"});
    auto room = support::log_in_many(daemon.endpoint(), "user", 50);
    auto stalled = stalled_reader(daemon);
    auto later = support::log_in_many(daemon.endpoint(), "later", 49);
    std::move(later.begin(), later.end(), std::back_inserter(room));
    support::settle(room);
    const std::size_t before = daemon.resident_kib();
    CHECK(say_until_stalled_has_left(room, 40));
    if (memory_is_telling)
        CHECK(daemon.resident_kib() < before + 8192);
    for (wire_client& client : room)
        client.fence();
    const std::string heard = stalled.read_to_close();
    CHECK(heard.find("user0: aaaa") != std::string::npos);
    room.front().send("look\n");
    const std::string list = room.front().read_to_fence();
    CHECK(list.find("\nstalled\n") == std::string::npos);
    daemon.stop();
}

TEST_CASE("many stalled readers cost no more memory than the limit of one and little each",
          "[wire][slow]") {
    if (!memory_is_telling)
        SKIP("a sanitizer's own memory hides the daemon's");
    daemon_process daemon({"--flood-rate", "0", "--hard-limit", "4194304"});
    auto room = support::log_in_many(daemon.endpoint(), "user", 3);
    std::vector<wire_client> stalled;
    for (int i = 0; i < 60; ++i) {
        stalled.push_back(wire_client::logged_in(daemon.endpoint(), "stalled" + std::to_string(i),
                                                 wire_client::options{4096}));
    }
    support::settle(room);
    const std::size_t before = daemon.resident_kib();
    for (int number = 0; number < 16; ++number)
        say_batch(room, number);
    // One copy each would be 60 MiB.
    CHECK(daemon.resident_kib() < before + 16384);
    for (wire_client& client : room)
        client.fence();
    daemon.stop();
}

TEST_CASE("a reader without progress is closed below the hard limit", "[wire][slow]") {
    daemon_process daemon({"--flood-rate", "0", "--hard-limit", "16777216", "--no-progress", "1"});
    auto room = support::log_in_many(daemon.endpoint(), "user", 2);
    auto stalled = stalled_reader(daemon);
    support::settle(room);
    std::string heard;
    for (int number = 0; number < 10; ++number)
        heard += say_batch(room, number);
    if (heard.find("stalled has left the room.\n") == std::string::npos) {
        room[0].expect("stalled has left the room.\n");
        room[1].expect("stalled has left the room.\n");
    }
    room[0].fence();
    room[1].fence();
    daemon.stop();
}

TEST_CASE("a reader that reads again in time gets every line", "[wire][slow]") {
    daemon_process daemon({"--flood-rate", "0"});
    auto room = support::log_in_many(daemon.endpoint(), "user", 3);
    auto stalled = stalled_reader(daemon);
    stalled.fence();
    support::settle(room);
    std::string heard;
    for (int number = 0; number < 10; ++number)
        heard += say_batch(room, number);
    stalled.expect(heard);
    stalled.fence();
    daemon.stop();
}

TEST_CASE("answers to its own commands make a client wait and never close it", "[wire][slow]") {
    constexpr std::size_t questions = 5000;
    daemon_process daemon({"--flood-rate", "0"});
    auto room = support::log_in_many(daemon.endpoint(), std::string(50, 'n'), 30);
    support::settle(room);
    const std::size_t before = daemon.resident_kib();
    auto asker = wire_client::logged_in(daemon.endpoint(), "asker");
    asker.send("look\n");
    const std::string answer = asker.read_until("asker\n");
    std::string unsent;
    for (std::size_t i = 0; i < questions; ++i)
        unsent += "look\n";
    while (!unsent.empty() && asker.writable_within(std::chrono::milliseconds(200)))
        unsent.erase(0, asker.send_some(unsent));
    if (memory_is_telling)
        CHECK(daemon.resident_kib() < before + 4096);
    std::string answers;
    support::wait_until("all answers have come", [&] {
        unsent.erase(0, asker.send_some(unsent));
        answers += asker.read_available();
        return answers.size() >= questions * answer.size();
    });
    std::string expected;
    for (std::size_t i = 0; i < questions; ++i)
        expected += answer;
    CHECK((answers == expected));
    asker.fence();
    daemon.stop();
}
