// How the daemon ends.

#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include "chatd/spoken_lines.hpp"
#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/wire_client.hpp"

using support::daemon_process;
using support::wire_client;

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// The speaker's whole lines, from the first on: what a stop may leave of a speech.
bool is_begin_of_speech(const std::string& heard, const std::string& name) {
    std::string expected;
    for (int i = 0; expected.size() < heard.size(); ++i)
        expected += name + ": " + std::to_string(i) + "\n";
    return heard == expected;
}

/// Says more than a socket with a small buffer takes; what the speaker heard of it.
std::string fill(wire_client& speaker) {
    std::string heard;
    for (int i = 0; i < 10; ++i) {
        std::string lines;
        for (int k = 0; k < 60; ++k)
            lines += "say " + std::string(1000, 'x') + "\n";
        speaker.send(lines + "say end of " + std::to_string(i) + "\n");
        heard += speaker.read_until("end of " + std::to_string(i) + "\n");
    }
    return heard;
}

/// Waits until the first signal has been understood, by what `idle` or a new client sees of it.
void wait_until_stopping(const daemon_process& daemon, wire_client& idle) {
    support::wait_until("the stop has begun", [&] {
        idle.read_available();
        return idle.has_ended() || !wire_client::can_connect(daemon.endpoint());
    });
}

} // namespace

TEST_CASE("either signal ends an idle daemon with exit code 0", "[wire][stop]") {
    const int number = GENERATE(SIGTERM, SIGINT);
    daemon_process daemon;
    daemon.stop(number);
}

TEST_CASE("a stop ends every session in good order and announces nobody", "[wire][stop]") {
    daemon_process daemon;
    auto room = support::log_in_many(daemon.endpoint(), "user", 20);
    wire_client outside(daemon.endpoint());
    outside.expect("Connect Success");
    support::settle(room);
    daemon.signal(SIGTERM);
    for (wire_client& client : room)
        client.expect_eof();
    outside.expect_eof();
    room.clear();
    outside.close();
    CHECK(daemon.wait().exit_code == 0);
    CHECK(has(daemon.log(), " cut=0 category=daemon\n"));
}

TEST_CASE("a stop amid traffic flushes what was said", "[wire][stop]") {
    daemon_process daemon({"--flood-rate", "0"});
    auto speaker = wire_client::logged_in(daemon.endpoint(), "speaker");
    auto room = support::log_in_many(daemon.endpoint(), "user", 20);
    support::settle(room);
    speaker.read_to_fence();
    speaker.send(says(2000));
    room.front().expect("speaker: 0\n");
    daemon.signal(SIGTERM);
    const std::string heard = "speaker: 0\n" + room.front().read_to_eof();
    CHECK(is_begin_of_speech(heard, "speaker"));
    for (std::size_t i = 1; i < room.size(); ++i)
        CHECK((room[i].read_to_eof() == heard));
    CHECK((speaker.read_to_close() == heard));
    room.clear();
    speaker.close();
    CHECK(daemon.wait().exit_code == 0);
}

TEST_CASE("a stop waits for a slow reader", "[wire][stop]") {
    daemon_process daemon({"--flood-rate", "0"});
    auto speaker = wire_client::logged_in(daemon.endpoint(), "speaker");
    auto slow = wire_client::logged_in(daemon.endpoint(), "slow", wire_client::options{4096});
    slow.fence();
    speaker.read_to_fence();
    const std::string heard = fill(speaker);
    daemon.signal(SIGTERM);
    CHECK((slow.read_to_eof() == heard));
    speaker.expect_eof();
    slow.close();
    speaker.close();
    CHECK(daemon.wait().exit_code == 0);
}

TEST_CASE("a stop waits for a reader that never reads no longer than the drain time",
          "[wire][stop]") {
    daemon_process daemon({"--flood-rate", "0", "--drain-time", "1"});
    auto speaker = wire_client::logged_in(daemon.endpoint(), "speaker");
    auto stuck = wire_client::logged_in(daemon.endpoint(), "stuck", wire_client::options{4096});
    stuck.fence();
    fill(speaker);
    daemon.signal(SIGTERM);
    CHECK(daemon.wait().exit_code == 0);
    CHECK(has(daemon.log(), "info stopping reason=signal category=daemon\n"));
    CHECK(has(daemon.log(), " cut=1 category=daemon\n"));
}

TEST_CASE("a second signal ends the daemon at once", "[wire][stop]") {
    daemon_process daemon({"--flood-rate", "0", "--drain-time", "60", "--no-progress", "60"});
    auto speaker = wire_client::logged_in(daemon.endpoint(), "speaker");
    auto stuck = wire_client::logged_in(daemon.endpoint(), "stuck", wire_client::options{4096});
    stuck.fence();
    speaker.read_to_fence();
    fill(speaker);
    daemon.signal(SIGTERM);
    wait_until_stopping(daemon, speaker);
    daemon.signal(SIGTERM);
    const auto result = daemon.wait();
    INFO(result.how());
    CHECK((result.signal == 0 || result.signal == SIGTERM));
}

TEST_CASE("nobody gets in any more once a stop has begun", "[wire][stop]") {
    daemon_process daemon({"--flood-rate", "0", "--drain-time", "60", "--no-progress", "60"});
    auto speaker = wire_client::logged_in(daemon.endpoint(), "speaker");
    auto stuck = wire_client::logged_in(daemon.endpoint(), "stuck", wire_client::options{4096});
    stuck.fence();
    speaker.read_to_fence();
    fill(speaker);
    daemon.signal(SIGTERM);
    wait_until_stopping(daemon, speaker);
    std::vector<wire_client> late;
    if (wire_client::can_connect(daemon.endpoint()))
        late.emplace_back(daemon.endpoint());
    stuck.close();
    speaker.close();
    CHECK(daemon.wait().exit_code == 0);
    for (wire_client& client : late)
        CHECK(client.read_to_close().empty());
}
