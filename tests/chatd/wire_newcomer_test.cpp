// What is said right after somebody's `Login Success`: the original client would lose it if it came
// glued.

#include <chrono>
#include <string>

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/wire_client.hpp"

using support::daemon_process;
using support::wire_client;

namespace {

/// Logs in; the clock runs from before the server can have read it.
struct newcomer {
    explicit newcomer(const std::string& endpoint, const std::string& name)
        : client(endpoint, name) {
        client.expect("Connect Success");
        sent = support::test_clock::now();
        client.send("login " + name + "\n");
    }

    bool surely_held() const {
        return support::test_clock::now() - sent < std::chrono::milliseconds(80);
    }

    wire_client client;
    support::test_clock::time_point sent;
};

} // namespace

TEST_CASE("what is said after a login does not come glued to its answer", "[wire][newcomer]") {
    daemon_process daemon;
    auto speaker = wire_client::logged_in(daemon.endpoint(), "speaker");
    int proved = 0;
    support::wait_until("a newcomer is looked at in time", [&] {
        newcomer one(daemon.endpoint(), "new");
        speaker.expect("new has entered the room.\n");
        speaker.send("say welcome\n");
        speaker.expect("speaker: welcome\n");
        const std::string first = one.client.read_available();
        if (one.surely_held()) {
            REQUIRE(first == "Login Success");
            ++proved;
        }
        one.client.reset();
        speaker.expect("new has left the room.\n");
        return proved == 5;
    });
    daemon.stop();
}

TEST_CASE("what a newcomer missed comes by itself", "[wire][newcomer]") {
    daemon_process daemon;
    auto speaker = wire_client::logged_in(daemon.endpoint(), "speaker");
    newcomer one(daemon.endpoint(), "new");
    speaker.expect("new has entered the room.\n");
    speaker.send("say 1\nsay 2\n");
    one.client.expect("Login Success");
    one.client.expect("speaker: 1\nspeaker: 2\n");
    one.client.fence();
    speaker.send("say 3\n");
    one.client.expect("speaker: 3\n");
    daemon.stop();
}

TEST_CASE("a newcomer's next line brings what was held before its answer", "[wire][newcomer]") {
    daemon_process daemon;
    auto speaker = wire_client::logged_in(daemon.endpoint(), "speaker");
    for (int i = 0; i < 10; ++i) {
        newcomer one(daemon.endpoint(), "new");
        speaker.expect("new has entered the room.\n");
        speaker.send("say hello\n");
        speaker.expect("speaker: hello\n");
        one.client.send("look\n");
        one.client.expect("Login Success");
        one.client.expect("speaker: hello\nOnline Users:\nspeaker\nnew\n");
        one.client.fence();
        one.client.send("logout\n");
        one.client.expect_eof();
        speaker.expect("new has left the room.\n");
    }
    daemon.stop();
}

TEST_CASE("a newcomer that leaves at once gets what was said before", "[wire][newcomer]") {
    daemon_process daemon;
    auto speaker = wire_client::logged_in(daemon.endpoint(), "speaker");
    newcomer one(daemon.endpoint(), "new");
    speaker.expect("new has entered the room.\n");
    speaker.send("say hello\n");
    speaker.expect("speaker: hello\n");
    one.client.send("logout\n");
    one.client.expect("Login Success");
    one.client.expect("speaker: hello\n");
    one.client.expect_eof();
    speaker.expect("new has left the room.\n");
    daemon.stop();
}
