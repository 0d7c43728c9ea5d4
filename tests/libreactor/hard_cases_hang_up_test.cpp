// Hang-ups and errors beside unread input, over the simulated world.
#include "support/sim_stage.hpp"

#include <sys/epoll.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

using namespace sim_test;

namespace {

enum class ending { half_close, close, reset };

void end(peer& other, ending how) {
    if (how == ending::half_close)
        other.half_close();
    else if (how == ending::close)
        other.close();
    else
        other.reset();
}

std::string pattern(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; text.size() < bytes; ++i)
        text += std::to_string(i) + ' ';
    text.resize(bytes);
    return text;
}

void expect_no_spin(stage& s) {
    s.w.set_wait_limit(1000);
    s.w.reset_counts();
    s.pass(200ms);
    CHECK(s.waits() < 5);
}

} // namespace

TEST_CASE("a paused channel sleeps through its peer's end and gets all later", "[loop][E7]") {
    const auto how = GENERATE(ending::half_close, ending::close, ending::reset);
    const int family = GENERATE(AF_INET, AF_UNIX);
    stage s;
    auto [fd, other] = s.w.connect_pair(family);
    chat channel(s.loop, fd);
    s.turn();
    channel.pause_reading();
    other.send("one\ntwo\n");
    end(other, how);
    expect_no_spin(s);
    CHECK(channel.seen->lines.empty());
    CHECK(channel.seen->closes == 0);
    channel.resume_reading();
    s.turn(3);
    CHECK(channel.seen->lines == std::vector<std::string>{"one", "two"});
    CHECK(channel.seen->eofs == (channel.seen->reason ? 0 : 1));
    CHECK(channel.seen->closes == 1);
    s.no_findings();
}

TEST_CASE("a channel that wants no input sleeps through its peer's end", "[loop][E7]") {
    const auto how = GENERATE(ending::half_close, ending::close, ending::reset);
    const int family = GENERATE(AF_INET, AF_UNIX);
    stage s;
    auto [fd, other] = s.w.connect_pair(family);
    raw channel(s.loop, fd);
    channel.want_read(GENERATE(true, false));
    s.turn();
    channel.want_read(false);
    other.send("data");
    end(other, how);
    expect_no_spin(s);
    CHECK(channel.seen->reads == 0);
    channel.want_read(true);
    s.turn(3);
    CHECK(channel.seen->input == "data");
    CHECK(channel.seen->closes == 1);
    s.no_findings();
}

TEST_CASE("a channel paused again and again by its peer's end costs a wait each", "[loop][E7]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    channel.pause_reading();
    other.send("x");
    other.close();
    for (int i = 0; i < 3; ++i) {
        channel.resume_reading();
        channel.pause_reading();
        expect_no_spin(s);
    }
    channel.resume_reading();
    s.turn(3);
    CHECK(channel.seen->eofs == 1);
    CHECK(channel.seen->closes == 1);
}

TEST_CASE("a channel that stays open after its peer's end does not spin", "[loop][E7][E9]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    channel.on_eof = [](chat&) {};
    s.turn();
    other.half_close();
    expect_no_spin(s);
    CHECK(channel.seen->eofs == 1);
    channel.push("still here\n");
    s.turn();
    CHECK(other.received() == "still here\n");
    other.reset();
    expect_no_spin(s);
}

TEST_CASE("a paused channel with blocked output closes at its peer's reset", "[loop][E7]") {
    const int family = GENERATE(AF_INET, AF_UNIX); // the latter reports no room with the hang-up
    stage s;
    auto [fd, other] = s.w.connect_pair(family);
    chat channel(s.loop, fd);
    other.stop_reading();
    channel.push(pattern(200'000));
    channel.pause_reading();
    s.turn(2);
    REQUIRE(channel.output_size() > 0);
    other.send("never read\n");
    other.reset();
    expect_no_spin(s);
    CHECK(channel.seen->closes == 1);
    CHECK(channel.seen->reason == system_code(family == AF_UNIX ? EPIPE : ECONNRESET));
    CHECK(channel.seen->lines.empty());
}

TEST_CASE("lines held by a pause come before the peer's end", "[async_chat][E7][E36]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    channel.on_line = [](chat& me, const std::string&) { me.pause_reading(); };
    channel.on_eof = [](chat& me) {
        CHECK(me.seen->lines.size() == 3);
        me.close();
    };
    s.turn();
    other.send("a\nb\nc\n");
    other.close();
    for (std::size_t i = 1; i <= 3; ++i) {
        expect_no_spin(s);
        CHECK(channel.seen->lines.size() == i);
        CHECK(channel.seen->eofs == 0);
        channel.resume_reading();
    }
    s.turn(2);
    CHECK(channel.seen->eofs == 1);
    CHECK(channel.seen->closes == 1);
    s.no_findings();
}

TEST_CASE("all that was sent before a close arrives before the end", "[loop][E8]") {
    const auto how = GENERATE(ending::half_close, ending::close);
    const int family = GENERATE(AF_INET, AF_UNIX);
    const auto read_limit = GENERATE(std::uint32_t{1000}, std::uint32_t{64 * 1024});
    stage s;
    auto [fd, other] = s.w.connect_pair(family);
    chat channel(s.loop, fd);
    channel.clear_terminator();
    channel.set_read_limit(read_limit);
    channel.on_eof = [&](chat& me) {
        CHECK(me.held_input().size() == 1024 * 1024);
        me.close();
    };
    other.send(pattern(1024 * 1024));
    end(other, how);
    s.turn(1100);
    CHECK(channel.seen->eofs == 1);
    CHECK(channel.seen->closes == 1);
}

TEST_CASE("a reported hang-up is believed only when a receive confirms it", "[loop][E8]") {
    const auto bits = GENERATE(EPOLLHUP, EPOLLERR, EPOLLIN, EPOLLRDHUP, EPOLLERR | EPOLLHUP,
                               EPOLLIN | EPOLLHUP | EPOLLERR);
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    s.w.inject_event(fd, static_cast<std::uint32_t>(bits));
    s.turn(2);
    CHECK(s.w.count(call::recv) == ((bits & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0 ? 1 : 0));
    CHECK(channel.is_open());
    CHECK(channel.seen->eofs == 0);
    other.send("hello\n");
    s.w.inject_event(fd, static_cast<std::uint32_t>(bits));
    s.turn(2);
    CHECK(channel.seen->lines == std::vector<std::string>{"hello"});
    CHECK(channel.is_open());
    s.no_findings();
}

TEST_CASE("a channel that ends itself at the peer's end is not told of that", "[loop][E8]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    raw channel(s.loop, fd);
    channel.on_read = [](raw& me) {
        me.take();
        if (me.input_ended())
            me.close_when_done();
    };
    other.send("data");
    other.half_close();
    s.turn(4);
    CHECK(channel.seen->input == "data");
    CHECK(channel.seen->eofs == 0);
    CHECK(channel.seen->closes == 1);
}

TEST_CASE("a partial line before the end is not taken for a line", "[async_chat][E8]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    std::string held;
    channel.on_eof = [&held](chat& me) {
        held = me.held_input();
        me.close();
    };
    other.send("whole\npart");
    other.close();
    s.turn(3);
    CHECK(channel.seen->lines == std::vector<std::string>{"whole"});
    CHECK(held == "part");
}
