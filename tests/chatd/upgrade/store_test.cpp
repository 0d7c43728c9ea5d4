// The daemon stops and another one starts, and the service manager keeps the sessions meanwhile.

#include <csignal>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "chatd/upgrade/fake_store.hpp"
#include "chatd/upgrade/sealed_file.hpp"
#include "chatd/upgrade/stages.hpp"
#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_client.hpp"

using Catch::Matchers::ContainsSubstring;
using support::daemon_process;
using support::fake_store;
using support::wire_client;

#if CHATD_WITH_SYSTEMD

namespace {

const std::vector<std::string> usual{"--listen", "127.0.0.1:0", "--flood-rate", "0"};

/// A daemon under a manager with a store, which can be restarted.
class unit {
public:
    explicit unit(std::vector<std::string> arguments = usual, std::size_t capacity = 10'000)
        : store(capacity), arguments_(std::move(arguments)) {
        start();
    }

    void start() { daemon.emplace(arguments_, store.start()); }
    /// Gives the log of the process that ended.
    std::string stop() {
        daemon->signal(SIGTERM);
        const auto result = daemon->wait();
        CHECK(result.exit_code == 0);
        return result.log;
    }
    std::string restart() {
        auto log = stop();
        start();
        return log;
    }
    const std::string& endpoint() const { return daemon->endpoint(); }

    fake_store store;
    std::optional<daemon_process> daemon;

private:
    std::vector<std::string> arguments_;
};

/// Puts a state of these bytes in the place of the one that is kept.
void replace_state(fake_store& store, std::string_view bytes) {
    std::error_code ec;
    const auto file = chatd::make_sealed_file(bytes, ec);
    REQUIRE(file);
    store.lose("state", 1);
    store.add("state", file.get());
}

} // namespace

TEST_CASE("clients in every state go on over a restart with a store", "[upgrade][store]") {
    unit chat(support::everybody::arguments());
    support::everybody all(chat.endpoint());
    const std::string endpoint = chat.endpoint();
    CHECK_THAT(chat.restart(), ContainsSubstring("info stored sessions=8 closed=0 "));
    CHECK(chat.endpoint() == endpoint);
    CHECK_THAT(chat.daemon->log(), ContainsSubstring("info restored sessions=8 lost=0 closed=0 "));
    all.check_after(chat.endpoint());
}

TEST_CASE("the next process empties the store", "[upgrade][store]") {
    unit chat;
    auto alice = wire_client::logged_in(chat.endpoint(), "alice");
    chat.stop();
    CHECK(chat.store.count("state") == 1);
    CHECK(chat.store.count("l") == 1);
    CHECK(chat.store.count("s") == 1);
    chat.start();
    CHECK(chat.store.count("state") == 0);
    CHECK(chat.store.count("l") == 0);
    CHECK(chat.store.count("s") == 0);
    alice.fence();
}

TEST_CASE("what is owed is sent before a stop in case no process follows", "[upgrade][store]") {
    unit chat;
    auto slow = wire_client::logged_in(chat.endpoint(), "slow", wire_client::options{4096});
    slow.fence();
    auto speaker = wire_client::logged_in(chat.endpoint(), "speaker");
    slow.expect("speaker has entered the room.\n");
    speaker.fence();
    std::string said;
    for (int i = 0; i < 100; ++i) {
        speaker.send("say " + std::string(4000, 'x') + "\n");
        said += speaker.read_until("x\n");
    }
    chat.daemon->signal(SIGTERM);
    std::string heard;
    support::wait_until("the slow one has heard all", [&] {
        heard += slow.read_available();
        return heard.size() >= said.size();
    });
    CHECK(chat.daemon->wait().exit_code == 0);
    chat.store.drop();
    CHECK((heard + slow.read_to_eof() == said));
    speaker.expect_eof();
}

TEST_CASE("nobody is sent twice what was being sent when the state was stored",
          "[upgrade][store]") {
    support::temp_dir dir;
    const std::string endpoint = "unix:" + dir.file("chat"); // its buffer does not grow
    unit chat({"--listen", endpoint, "--flood-rate", "0", "--room-rate", "0", "--drain-time", "0",
               "--soft-limit", "8MiB", "--hard-limit", "16MiB"});
    auto room = support::log_in_many(endpoint, "user", 100);
    support::settle(room);
    auto speaker = wire_client::logged_in(endpoint, "speaker");
    speaker.fence();
    std::string said = "speaker has entered the room.\n";
    for (int i = 0; i < 200; ++i) {
        speaker.send("say " + std::to_string(i) + std::string(5000, 'x') + "\n");
        said += speaker.read_until("x\n");
    }
    chat.daemon->pause();
    chat.daemon->signal(SIGTERM);
    std::vector<std::string> heard(room.size());
    const auto hear = [&] { // makes room, so that everybody is due to be sent more
        for (std::size_t i = 0; i < room.size(); ++i)
            heard[i] += room[i].read_available();
    };
    hear();
    chat.daemon->resume();
    support::wait_until("it has stored them", [&] {
        hear();
        return support::has_logged(*chat.daemon, "info stored ", 1);
    });
    CHECK(chat.daemon->wait().exit_code == 0);
    chat.start();
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < room.size(); ++i) {
        heard[i] += room[i].read_to_fence();
        wrong += heard[i] == said ? 0 : 1;
    }
    CHECK(wrong == 0);
}

TEST_CASE("a drain is for good although there is a store", "[upgrade][store]") {
    support::temp_dir dir;
    const std::string control = dir.file("control");
    unit chat({"--listen", "127.0.0.1:0", "--control", control});
    auto alice = wire_client::logged_in(chat.endpoint(), "alice");
    alice.fence();
    wire_client admin("unix:" + control);
    admin.send("drain\n");
    admin.read_until(".ok\n");
    alice.expect_eof();
    alice.close();
    admin.close();
    const auto result = chat.daemon->wait();
    CHECK(result.exit_code == 0);
    CHECK_THAT(result.log, !ContainsSubstring("info stored "));
    CHECK(chat.store.count("state") == 0);
    CHECK(chat.store.count("l") == 0);
}

TEST_CASE("sessions that do not fit the store are ended in good order", "[upgrade][store]") {
    constexpr std::size_t others = 2; // the state and the listener
    unit chat(usual, others + 3);
    auto room = support::log_in_many(chat.endpoint(), "user", 5);
    support::settle(room);
    CHECK_THAT(chat.restart(), ContainsSubstring("info stored sessions=3 closed=2 "));
    CHECK_THAT(chat.daemon->log(), ContainsSubstring("info restored sessions=3 lost=0 closed=0 "));
    room[3].read_to_eof();
    room[4].read_to_eof();
    CHECK(room[0].read_to_fence() == "user4 has left the room.\nuser3 has left the room.\n");
    room[0].send("look\n");
    room[0].expect("Online Users:\nuser0\nuser1\nuser2\n");
}

TEST_CASE("sessions whose state cannot be read are ended in good order", "[upgrade][store]") {
    const std::string bytes = GENERATE("", "rubbish", "chatd-up\2\0\0\0 and something else");
    unit chat;
    auto alice = wire_client::logged_in(chat.endpoint(), "alice");
    chat.stop();
    replace_state(chat.store, bytes);
    chat.start();
    CHECK_THAT(chat.daemon->log(), ContainsSubstring("error state_refused ") &&
                                       ContainsSubstring("restored sessions=0 lost=0 closed=1 "));
    alice.expect_eof();
    wire_client::logged_in(chat.endpoint(), "alice").fence();
}

TEST_CASE("sessions without any state are ended in good order", "[upgrade][store]") {
    unit chat;
    auto alice = wire_client::logged_in(chat.endpoint(), "alice");
    chat.stop();
    chat.store.lose("state", 1);
    chat.start();
    alice.expect_eof();
    CHECK_THAT(chat.daemon->log(), ContainsSubstring("sessions were stored without a state"));
}

TEST_CASE("after a crash in the middle of storing those live who were stored", "[upgrade][store]") {
    unit chat;
    auto room = support::log_in_many(chat.endpoint(), "user", 5);
    support::settle(room);
    chat.stop();
    chat.store.lose("s", 2);
    chat.start();
    CHECK_THAT(chat.daemon->log(), ContainsSubstring("restored sessions=3 lost=2 closed=0 "));
    CHECK(room[0].read_to_fence() == "user3 has left the room.\nuser4 has left the room.\n");
    wire_client::logged_in(chat.endpoint(), "user3").close();
    room[4].expect_closed();
}

TEST_CASE("the room hears of those who left while no process was there", "[upgrade][store]") {
    unit chat;
    auto alice = wire_client::logged_in(chat.endpoint(), "alice");
    auto bob = wire_client::logged_in(chat.endpoint(), "bob");
    alice.read_to_fence();
    chat.stop();
    bob.close();
    wire_client early(chat.endpoint()); // the socket listens on
    chat.start();
    alice.expect("bob has left the room.\n");
    early.expect("Connect Success");
}

TEST_CASE("a manager that cannot be reached makes the stop an ordinary one", "[upgrade][store]") {
    daemon_process::options chosen;
    chosen.environment = {"NOTIFY_SOCKET=/nonexistent/notify", "FDSTORE=100"};
    daemon_process daemon(usual, chosen);
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    daemon.signal(SIGTERM);
    alice.expect_eof();
    alice.close();
    const auto result = daemon.wait();
    CHECK(result.exit_code == 0);
    CHECK_THAT(result.log, ContainsSubstring("error not_stored "));
}

TEST_CASE("without a store a stop ends the sessions", "[upgrade][store]") {
    fake_store store(0);
    daemon_process daemon(usual, store.start());
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    daemon.signal(SIGTERM);
    alice.expect_eof();
    alice.close();
    CHECK(daemon.wait().exit_code == 0);
    CHECK(store.count("s") == 0);
}

#endif
