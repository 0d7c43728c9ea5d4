// Hang-ups and resets while nobody wants to read (E7), and writing to who is gone (E16).
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"
#include "support/poller_limits.hpp"

#include "hooked_channels.hpp"

#include <csignal>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

struct hang_up_test : loop_fixture {
    explicit hang_up_test(int family) : pair(make_socket_pair(family)) { pump({&peer}); }

    /// Events that nobody asked for, in the time of fifty iterations and a fence.
    std::uint64_t idle_events() {
        iterate(2);
        const auto before = counters().events;
        iterate(50);
        fence();
        return counters().events - before - 1; // the fence's own
    }

    support::socket_pair pair;
    hooked::lines channel{loop, std::move(pair.ours)};
    scripted_peer peer{std::move(pair.theirs)};
};

/// SIGPIPE as a program finds it: deadly.
class default_sigpipe {
public:
    default_sigpipe() : former_(std::signal(SIGPIPE, SIG_DFL)) {}
    ~default_sigpipe() { std::signal(SIGPIPE, former_); }
    default_sigpipe(const default_sigpipe&) = delete;
    default_sigpipe& operator=(const default_sigpipe&) = delete;

private:
    void (*former_)(int);
};

} // namespace

TEST_CASE("a paused channel whose peer closes costs nothing and loses nothing", "[hang_up][E7]") {
    const int family = GENERATE(AF_INET, AF_INET6, AF_UNIX);
    if (!support::family_available(family))
        SKIP("no IPv6 here");
    CAPTURE(support::family_name(family));
    hang_up_test t(family);
    t.iterate(); // the kernel knows it
    t.channel.pause_reading();
    t.iterate();
    t.peer.send("one\ntwo\n");
    t.peer.close();
    CHECK(t.idle_events() < 5);
    CHECK(t.channel.is_open());
    CHECK(t.channel.got.empty());
    t.channel.resume_reading();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.got == strings{"one", "two"});
    CHECK(t.channel.eofs == 1);
    CHECK_FALSE(t.channel.reason);
}

TEST_CASE("a paused channel whose peer resets costs nothing and learns of it on resume",
          "[hang_up][E7][defect12]") {
    hang_up_test t(AF_INET);
    if (const auto why = missing(support::need::late_errors, t.loop); !why.empty())
        SKIP(why);
    t.iterate(); // the kernel knows it
    t.channel.pause_reading();
    t.iterate();
    t.peer.reset();
    CHECK(t.idle_events() < 5);
    t.channel.resume_reading();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.reason == std::errc::connection_reset);
    CHECK(t.channel.eofs == 0);
}

TEST_CASE("a channel that is paused in its last line is not woken by the end", "[hang_up][E7]") {
    hang_up_test t(AF_UNIX);
    t.channel.on_line = [&](std::string_view) { t.channel.pause_reading(); };
    t.peer.send("one\ntwo\n");
    t.peer.close();
    t.run_until("the first line is there", [&] { return t.channel.got.size() == 1; });
    CHECK(t.idle_events() < 5);
    t.channel.on_line = nullptr;
    t.channel.resume_reading();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.got == strings{"one", "two"});
}

TEST_CASE("a blocked and paused channel learns of a reset by its output", "[hang_up][E7]") {
    hang_up_test t(AF_INET);
    t.channel.pause_reading();
    t.peer.never_read();
    t.channel.push(std::string(8 << 20, 'x'));
    t.iterate(5);
    REQUIRE(t.channel.output_size() > 0);
    t.peer.reset();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.reason);
    CHECK(t.channel.eofs == 0);
}

TEST_CASE("a push to a peer that is gone ends the channel and not the process",
          "[plain][hang_up][E16]") {
    const default_sigpipe deadly;
    SECTION("by a close of a UNIX socket") {
        hang_up_test t(AF_UNIX);
        t.channel.pause_reading();
        t.peer.close();
        t.iterate();
        CHECK(t.channel.push("anybody there?"));
        t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
        CHECK(t.channel.reason == std::errc::broken_pipe);
    }
    SECTION("by a reset") {
        hang_up_test t(AF_INET);
        t.channel.pause_reading();
        t.peer.reset();
        t.iterate();
        CHECK(t.channel.push("anybody there?"));
        t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
        CHECK(t.channel.reason == std::errc::connection_reset);
    }
    SECTION("and many pieces at once") {
        hang_up_test t(AF_UNIX);
        t.channel.pause_reading();
        t.peer.close();
        t.channel.push("a");
        t.channel.push_alone("b");
        t.channel.push("c");
        t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
        CHECK(t.channel.closes == 1);
    }
}

TEST_CASE("a send to a peer that is gone closes the channel from the loop",
          "[plain][hang_up][E16][E33]") {
    const default_sigpipe deadly;
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::dispatcher channel(f.loop, std::move(pair.ours));
    pair.theirs.reset();
    const auto result = channel.send("x");
    CHECK(result.ec == std::errc::broken_pipe);
    CHECK_FALSE(channel.is_open());
    CHECK(channel.closes == 0);
    CHECK(channel.send("y").ec == std::errc::not_connected);
    f.iterate();
    CHECK(channel.closes == 1);
    CHECK(channel.reason == std::errc::broken_pipe);
}

TEST_CASE("a descriptor closed behind the loop's back hurts no other channel",
          "[hang_up][E2][defect15]") {
    hang_up_test t(AF_UNIX);
    auto other = make_socket_pair(AF_UNIX);
    hooked::lines victim(t.loop, std::move(other.ours));
    t.iterate();
    const int fd = victim.fileno();
    auto shut = reactor::unique_fd{fd};
    shut.reset();
    t.peer.send("alive\n");
    t.run_until("the other is served", [&] { return t.channel.got.size() == 1; });
    t.iterate(10);
    CHECK(t.channel.is_open());
    // The number may belong to somebody else by now; the test knows that it does not.
    victim.close();
    t.iterate();
    CHECK(victim.closes == 1);
}
