// The longest line that a channel takes, at, below and above its limit, however it is cut.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

constexpr std::size_t limit = 16;

struct limit_test : loop_fixture {
    explicit limit_test(std::string_view end = "\r\n") : end_(end) {
        channel.set_terminator(end_);
        channel.set_max_line(limit);
        pump({&peer});
    }

    /// Delivers a line of `size` bytes and its terminator in pieces of `step` bytes.
    void line(std::size_t size, std::size_t step) {
        const auto text = std::string(size, 'x') + end_;
        for (std::size_t at = 0; at < text.size(); at += step)
            deliver(peer, text.substr(at, step));
    }

    std::string end_;
    support::socket_pair pair = make_socket_pair(AF_UNIX);
    hooked::lines channel{loop, std::move(pair.ours)};
    scripted_peer peer{std::move(pair.theirs)};
};

} // namespace

TEST_CASE("a line is taken up to the maximum and discarded beyond it", "[lines][limit]") {
    const std::size_t step = GENERATE(1000U, 1U, 2U, 3U, 5U, limit - 1, limit, limit + 1);
    const std::string end = GENERATE("\n", "\r\n", "qqq");
    CAPTURE(step, end);
    limit_test t(end);
    t.line(limit - 1, step);
    t.line(limit, step);
    CHECK(t.channel.overflows == 0);
    CHECK(t.channel.got == strings{std::string(limit - 1, 'x'), std::string(limit, 'x')});
    t.line(limit + 1, step);
    CHECK(t.channel.overflows == 1);
    CHECK_FALSE(t.channel.discarding_line());
    t.line(1, step);
    t.iterate();
    CHECK(t.channel.overflows == 1);
    CHECK(t.channel.got.size() == 3);
    CHECK(t.channel.got.back() == "x");
}

TEST_CASE("a line far over the maximum overflows once and keeps no memory",
          "[lines][limit][E47][defect27]") {
    limit_test t;
    for (int i = 0; i < 50; ++i)
        t.deliver(t.peer, std::string(limit, 'y'));
    CHECK(t.channel.overflows == 1);
    CHECK(t.channel.discarding_line());
    CHECK(t.channel.held_input().empty());
    t.deliver(t.peer, "\r");
    t.deliver(t.peer, "\nnext\r\n");
    CHECK(t.channel.got == strings{"next"});
    CHECK_FALSE(t.channel.discarding_line());
}

TEST_CASE("a terminator cut by a read does not count for the maximum", "[lines][limit]") {
    limit_test t;
    t.deliver(t.peer, std::string(limit, 'x') + "\r");
    t.deliver(t.peer, "\n");
    CHECK(t.channel.got.size() == 1);
    // What looked like the terminator's beginning was the byte too many.
    t.deliver(t.peer, std::string(limit, 'x') + "\r");
    t.deliver(t.peer, "x\r\n");
    CHECK(t.channel.got.size() == 1);
    CHECK(t.channel.overflows == 1);
}

TEST_CASE("two long lines overflow twice", "[lines][limit]") {
    limit_test t;
    const std::string too_long(3 * limit, 'x');
    t.deliver(t.peer, too_long + "\r\n" + too_long + "\r\nshort\r\n");
    CHECK(t.channel.overflows == 2);
    CHECK(t.channel.got == strings{"short"});
}

TEST_CASE("a channel may close in handle_overflow", "[lines][limit]") {
    limit_test t;
    t.channel.on_overflow = [&] { t.channel.close(); };
    t.deliver(t.peer, std::string(2 * limit, 'x') + "\r\nnever\r\n");
    t.iterate();
    CHECK(t.channel.closes == 1);
    CHECK(t.channel.got.empty());
}

TEST_CASE("discarding goes on in a channel that took over the rest of a line", "[lines][limit]") {
    limit_test t;
    t.channel.restore_input("", true);
    CHECK(t.channel.discarding_line());
    t.deliver(t.peer, "rest of the long one\r\nnext\r\n");
    CHECK(t.channel.got == strings{"next"});
    CHECK(t.channel.overflows == 0);
}

TEST_CASE("a length is not bounded by the maximum line", "[lines][limit]") {
    limit_test t;
    t.channel.set_terminator(10 * limit);
    t.deliver(t.peer, std::string(4 * limit, 'x'));
    t.deliver(t.peer, std::string(6 * limit, 'y'));
    REQUIRE(t.channel.got.size() == 1);
    CHECK(t.channel.got.front().size() == 10 * limit);
    CHECK(t.channel.overflows == 0);
}
