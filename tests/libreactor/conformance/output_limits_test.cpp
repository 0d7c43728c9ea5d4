// Water marks, the hard limit and the no-progress deadline.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <reactor/error.hpp>
#include <reactor/output_limits.hpp>
#include <reactor/timer.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using strings = std::vector<std::string>;
using policy = reactor::output_limits::policy;
using reactor::errc;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

struct limits_test : loop_fixture {
    explicit limits_test(reactor::loop_options options = {}) : loop_fixture(options) {
        pump({&peer});
        peer.never_read();
        channel.set_output_limits(limits);
        run_until("the connection stands", [&] { return channel.connected(); });
    }

    /// Pushes until the kernel takes no more, then `bytes` more.
    void pend(std::size_t bytes) {
        while (channel.output_size() == 0) {
            REQUIRE(channel.push_exempt(std::string(1024, 'f')));
            iterate();
        }
        REQUIRE(channel.push_exempt(std::string(bytes, 'p')));
        iterate();
    }

    reactor::output_limits limits{.high_water = 20'000,
                                  .low_water = 5'000,
                                  .hard_limit = 50'000,
                                  .at_hard_limit = policy::close,
                                  .no_progress = 0ns};
    support::socket_pair pair = make_socket_pair(AF_UNIX, 4096);
    hooked::lines channel{loop, std::move(pair.ours)};
    scripted_peer peer{std::move(pair.theirs)};
};

} // namespace

TEST_CASE("the water marks come in turns", "[output_limits]") {
    limits_test t;
    t.pend(18'000);
    CHECK(t.channel.marks.empty());
    t.channel.push(std::string(3'000, 'x'));
    t.run_until("the high mark is told", [&] { return !t.channel.marks.empty(); });
    t.channel.push(std::string(3'000, 'x'));
    t.iterate(3);
    CHECK(t.channel.marks == strings{"high"});
    t.peer.read_again();
    std::size_t pending_at_low = 0;
    t.channel.on_low_water = [&] { pending_at_low = t.channel.output_size(); };
    t.run_until("all is sent", [&] { return t.channel.output_size() == 0; });
    t.iterate(2);
    CHECK(t.channel.marks == strings{"high", "low"});
    CHECK(pending_at_low <= t.limits.low_water);
    t.peer.never_read();
    t.pend(25'000);
    CHECK(t.channel.marks == strings{"high", "low", "high"});
}

TEST_CASE("output that the kernel takes whole crosses no mark that stays crossed",
          "[output_limits]") {
    limits_test t;
    t.peer.read_again();
    t.channel.push(std::string(1'000, 'x'));
    t.iterate(3);
    CHECK(t.channel.marks.empty());
}

TEST_CASE("commands wait from the high mark to the low one without a loss", "[output_limits]") {
    limits_test t({.message_budget = 16});
    std::size_t most = 0;
    t.channel.on_high_water = [&] { t.channel.pause_reading(); };
    t.channel.on_low_water = [&] { t.channel.resume_reading(); };
    t.channel.on_line = [&](std::string_view line) {
        t.channel.push_exempt(std::string(1'000, line[0]) + "\n");
        most = std::max(most, t.channel.output_size());
    };
    for (int i = 0; i < 400; ++i)
        t.peer.send(std::string(1, static_cast<char>('a' + i % 26)) + "\n");
    t.run_until("the channel has paused", [&] { return t.channel.reading_paused(); });
    t.iterate(20);
    CHECK(t.channel.got.size() < 400);
    CHECK(most < 100'000);
    t.peer.read_again();
    t.run_until("all is answered", [&] { return t.peer.received().size() == 400 * 1'001; });
    for (std::size_t i = 0; i < 400; ++i)
        REQUIRE(t.peer.received()[i * 1'001] == static_cast<char>('a' + i % 26));
}

TEST_CASE("a push past the hard limit is refused and closes the channel",
          "[output_limits][defect26]") {
    limits_test t;
    REQUIRE(t.channel.push(std::string(t.limits.hard_limit, 'x')));
    CHECK_FALSE(t.channel.push("y"));
    CHECK_FALSE(t.channel.is_open());
    CHECK(t.channel.closes == 0); // from the loop only
    t.iterate();
    CHECK(t.channel.closes == 1);
    CHECK(t.channel.reason == errc::output_limit);
    CHECK(t.counters().limit_closes == 1);
}

TEST_CASE("a push past the hard limit is refused without further harm by that policy",
          "[output_limits]") {
    limits_test t;
    t.limits.at_hard_limit = policy::refuse;
    REQUIRE(t.channel.push(std::string(t.limits.hard_limit, 'x')));
    CHECK_FALSE(t.channel.push("y"));
    CHECK(t.channel.output_size() == t.limits.hard_limit);
    t.peer.read_again();
    t.run_until("it is sent", [&] { return t.channel.output_size() == 0; });
    CHECK(t.channel.push("z"));
    t.run_until("the last is there", [&] { return t.peer.received().ends_with('z'); });
    CHECK(t.peer.received() == std::string(t.limits.hard_limit, 'x') + "z");
}

TEST_CASE("exempt output never counts for the hard limit", "[output_limits]") {
    limits_test t;
    REQUIRE(t.channel.push_exempt(std::string(2 * t.limits.hard_limit, 'x')));
    CHECK(t.channel.push(std::string(t.limits.hard_limit, 'y')));
    CHECK_FALSE(t.channel.push("z"));
    CHECK_FALSE(t.channel.is_open());
    t.iterate();
}

TEST_CASE("a peer that takes nothing is given up after the deadline", "[output_limits]") {
    limits_test t;
    t.limits.no_progress = 300ms; // not before the test is ready for it
    t.pend(1'000);
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.reason == errc::no_progress);
    CHECK(t.counters().limit_closes == 1);
}

TEST_CASE("a channel without pending output has no deadline for progress",
          "[plain][output_limits]") {
    limits_test t;
    t.limits.no_progress = 500ms; // time enough for a slow machine to read
    t.pend(1'000);
    t.peer.read_again();
    t.run_until("it is sent", [&] { return t.channel.output_size() == 0; });
    // A second channel that blocks now outlives the first one's former deadline.
    auto other = make_socket_pair(AF_UNIX, 4096);
    hooked::lines stuck(t.loop, std::move(other.ours));
    stuck.set_output_limits(t.limits);
    stuck.push_exempt(std::string(100'000, 'x'));
    t.run_until("the other ends", [&] { return stuck.closes == 1; });
    CHECK(stuck.reason == errc::no_progress);
    CHECK(t.channel.is_open());
}

TEST_CASE("an idle channel under a progress deadline lives", "[output_limits]") {
    limits_test t;
    t.limits.no_progress = 1ms;
    bool later = false;
    reactor::timer timer(t.loop, [&] { later = true; });
    timer.start(20ms);
    t.run_until("many deadlines have passed", [&] { return later; });
    CHECK(t.channel.is_open());
}

TEST_CASE("past the loop's memory limit the largest output is closed first",
          "[output_limits][defect26]") {
    limits_test t({.max_output_bytes = 300'000});
    auto other = make_socket_pair(AF_UNIX, 4096);
    hooked::lines larger(t.loop, std::move(other.ours));
    t.channel.push_exempt(std::string(100'000, 'x'));
    larger.push_exempt(std::string(400'000, 'y'));
    t.run_until("the largest ends", [&] { return larger.closes == 1; });
    CHECK(larger.reason == errc::memory_limit);
    t.iterate(3);
    CHECK(t.channel.is_open());
    CHECK(t.loop.output_memory() < 300'000);
}
