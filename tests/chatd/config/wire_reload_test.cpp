// SIGHUP: the running daemon takes up a new configuration, or none of it.

#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "chatd/spoken_lines.hpp"
#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_client.hpp"

using Catch::Matchers::ContainsSubstring;
using support::daemon_process;
using support::wire_client;

namespace {

std::size_t count_of(const std::string& mark, const std::string& text) {
    std::size_t count = 0;
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1))
        ++count;
    return count;
}

/// A directory with a file for the daemon.
struct config_directory {
    explicit config_directory(const std::string& text) { write(text); }

    [[nodiscard]] std::string file() const { return directory.file("chatd.conf"); }
    void write(const std::string& text) const { std::ofstream(file()) << text; }

    support::temp_dir directory;
};

/// A daemon that has such a file.
struct configured : config_directory {
    explicit configured(const std::string& text)
        : config_directory(text), daemon({"--config", file()}) {}

    /// Sends SIGHUP and waits until the log says `event` once more.
    void reload(const std::string& event = "info reloaded") {
        const auto before = count_of(event, daemon.log());
        daemon.signal(SIGHUP);
        support::wait_until("the log says " + event,
                            [&] { return count_of(event, daemon.log()) > before; });
    }

    daemon_process daemon;
};

} // namespace

TEST_CASE("a reload changes the limits of live sessions and of new ones", "[wire][reload]") {
    configured one("max-line = 8KiB\n");
    auto alice = wire_client::logged_in(one.daemon.endpoint(), "alice");
    const std::string text(600, 'x');
    alice.send("say " + text + "\n");
    alice.expect("alice: " + text + "\n");
    one.write("max-line = 512\n");
    one.reload();
    alice.send("say " + text + "\n");
    alice.expect("Line too long\n");
    auto bob = wire_client::logged_in(one.daemon.endpoint(), "bob");
    bob.send("say " + text + "\n");
    bob.expect("Line too long\n");
    alice.expect("bob has entered the room.\n");
    one.write("");
    one.reload();
    alice.send("say " + text + "\n");
    bob.expect("alice: " + text + "\n");
    CHECK_THAT(one.daemon.log(), ContainsSubstring("option_changed option=max-line before=8KiB "
                                                   "now=512 from=" +
                                                   one.file() + ":1"));
    one.daemon.stop();
}

TEST_CASE("a reload with mistakes names them all and changes nothing", "[wire][reload]") {
    configured one("max-line = 512\n");
    auto alice = wire_client::logged_in(one.daemon.endpoint(), "alice");
    one.write("max-line = 1KiB\nmax-lines = 3\nflood-rate = often\n");
    one.reload("error reload_failed mistakes=2");
    support::wait_until("both are named",
                        [&] { return count_of("error config_mistake", one.daemon.log()) == 2; });
    CHECK_THAT(one.daemon.log(), ContainsSubstring(one.file() + ":2: there is no key"));
    CHECK_THAT(one.daemon.log(), ContainsSubstring(one.file() + ":3: flood-rate: "));
    alice.send("say " + std::string(600, 'x') + "\n");
    alice.expect("Line too long\n");
    one.write("max-line = 1KiB\n");
    one.reload();
    alice.send("say " + std::string(600, 'x') + "\n");
    alice.expect("alice: " + std::string(600, 'x') + "\n");
    one.daemon.stop();
}

TEST_CASE("reloads with good and bad files amid traffic lose no session and no line",
          "[wire][reload]") {
    configured one("flood-rate = 0\n");
    auto speaker = wire_client::logged_in(one.daemon.endpoint(), "speaker");
    auto room = support::log_in_many(one.daemon.endpoint(), "user", 20);
    wire_client outside(one.daemon.endpoint());
    outside.expect("Connect Success");
    support::settle(room);
    speaker.read_to_fence();
    constexpr int rounds = 10;
    constexpr int each = 300;
    for (int i = 0; i < rounds; ++i) {
        speaker.send(says(each, i * each));
        const bool good = i % 2 == 0;
        one.write("flood-rate = 0\n" + std::string(good ? "" : "nonsense\n") +
                  "soft-limit = " + std::to_string(32 + i) +
                  "KiB\nkeep-alive-idle = " + std::to_string(30 + i) + "s\n");
        one.reload(good ? "info reloaded" : "error reload_failed");
    }
    const std::string expected = heard_of("speaker", rounds * each);
    for (wire_client& client : room)
        CHECK((client.read_lines(rounds * each) == expected));
    speaker.expect(expected);
    outside.send("login late\n");
    outside.expect("Login Success");
    one.daemon.stop();
}

TEST_CASE("a file's new place to listen waits for a restart", "[wire][reload]") {
    const config_directory place("");
    const std::string path = place.directory.file("chat.sock");
    place.write("listen = unix:" + path + "\n");
    daemon_process::options chosen;
    chosen.own_listen = true;
    daemon_process daemon({"--config", place.file()}, chosen);
    CHECK(daemon.endpoint() == "unix:" + path);
    place.write("listen = unix:" + path + ".new\nmax-name = 4\n");
    daemon.signal(SIGHUP);
    support::wait_until("it is named", [&] {
        return count_of("warning option_needs_restart option=listen", daemon.log()) == 1;
    });
    wire_client client(daemon.endpoint());
    client.expect_segment("Connect Success");
    client.send("login alice\n");
    client.expect_segment("UserName Exist"); // the rest is in force
    CHECK_FALSE(wire_client::can_connect("unix:" + path + ".new"));
    daemon.stop();
}

TEST_CASE("who waits for its flood bucket goes on when flood control is switched off",
          "[wire][reload]") {
    configured one("flood-rate = 10\nflood-burst = 3\n");
    auto alice = wire_client::logged_in(one.daemon.endpoint(), "alice");
    alice.send(says(1000));
    alice.read_lines(2);
    SECTION("at all") { one.write("flood-rate = 0\n"); }
    SECTION("nearly") { one.write("flood-rate = 1000000\nflood-burst = 3\n"); }
    one.reload();
    const std::string rest = alice.read_lines(998);
    CHECK(rest.ends_with("alice: 999\n"));
    one.daemon.stop();
}

TEST_CASE("a greater number of connections lets more in and a smaller one puts nobody out",
          "[wire][reload]") {
    configured one("max-connections = 2\n");
    auto alice = wire_client::logged_in(one.daemon.endpoint(), "alice");
    auto bob = wire_client::logged_in(one.daemon.endpoint(), "bob");
    alice.expect("bob has entered the room.\n");
    CHECK_FALSE(wire_client(one.daemon.endpoint()).read_to_eof().empty());
    one.write("max-connections = 3\n");
    one.reload();
    auto carol = wire_client::logged_in(one.daemon.endpoint(), "carol");
    one.write("max-connections = 1\n");
    one.reload();
    CHECK_FALSE(wire_client(one.daemon.endpoint()).read_to_eof().empty());
    alice.expect("carol has entered the room.\n");
    bob.expect("carol has entered the room.\n");
    for (wire_client* client : {&alice, &bob, &carol})
        client->fence();
    one.daemon.stop();
}

TEST_CASE("a reload without a free descriptor fails and the old configuration stays",
          "[wire][reload]") {
    configured one("max-line = 512\n");
    auto alice = wire_client::logged_in(one.daemon.endpoint(), "alice");
    one.write("max-line = 1KiB\n");
    rlimit before{};
    REQUIRE(::prlimit(one.daemon.pid(), RLIMIT_NOFILE, nullptr, &before) == 0);
    const rlimit none{3, before.rlim_max};
    REQUIRE(::prlimit(one.daemon.pid(), RLIMIT_NOFILE, &none, nullptr) == 0);
    one.reload("error reload_failed");
    alice.send("say " + std::string(600, 'x') + "\n");
    alice.expect("Line too long\n");
    REQUIRE(::prlimit(one.daemon.pid(), RLIMIT_NOFILE, &before, nullptr) == 0);
    one.reload();
    alice.send("say " + std::string(600, 'x') + "\n");
    alice.expect("alice: " + std::string(600, 'x') + "\n");
    one.daemon.stop();
}

TEST_CASE("a reload survives that the file is gone", "[wire][reload]") {
    configured one("max-name = 4\n");
    REQUIRE(std::remove(one.file().c_str()) == 0);
    one.reload("error reload_failed");
    wire_client client(one.daemon.endpoint());
    client.expect_segment("Connect Success");
    client.send("login alice\n");
    client.expect_segment("UserName Exist");
    one.daemon.stop();
}

TEST_CASE("SIGHUP without a file to read changes nothing", "[wire][reload]") {
    daemon_process daemon;
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    daemon.signal(SIGHUP);
    support::wait_until("the log tells of it",
                        [&] { return count_of("info reloaded changed=0", daemon.log()) == 1; });
    alice.fence();
    daemon.stop();
}

TEST_CASE("a new login timeout holds for who has not logged in yet", "[wire][reload]") {
    configured one("login-timeout = 0\n");
    wire_client silent(one.daemon.endpoint());
    silent.expect("Connect Success");
    one.write("login-timeout = 1h\n");
    one.reload();
    one.write("login-timeout = 100ms\n");
    one.reload();
    silent.expect_closed();
    one.daemon.stop();
}
