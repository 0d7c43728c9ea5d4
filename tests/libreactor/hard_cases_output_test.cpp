// Output at its limits: blocked, refused, budgeted and slow, over the simulated world.
#include "support/sim_stage.hpp"

#include <sys/epoll.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace sim_test;
using reactor::output_limits;

namespace {

std::string pattern(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; text.size() < bytes; ++i)
        text += std::to_string(i) + ' ';
    text.resize(bytes);
    return text;
}

output_limits with_hard_limit(std::size_t bytes) {
    output_limits limits;
    limits.hard_limit = bytes;
    return limits;
}

output_limits with_no_progress(nanoseconds time) {
    output_limits limits;
    limits.no_progress = time;
    return limits;
}

reactor::loop_options with_flush_sends(std::uint32_t sends) {
    reactor::loop_options options;
    options.flush_sends = sends;
    return options;
}

/// A channel whose peer does not read; the least of the system's buffers is between them.
struct narrow {
    explicit narrow(stage& s) : other(make(s)), channel(s.loop, fd) {
        other.stop_reading();
        s.turn();
    }
    peer make(stage& s) {
        s.w.set_send_capacity(3);
        s.w.set_receive_capacity(1);
        auto pair = s.w.connect_pair();
        fd = pair.fd;
        return std::move(pair.other);
    }

    int fd = -1;
    peer other;
    chat channel;
};

} // namespace

TEST_CASE("no call that queues output closes or calls back at once", "[async_chat][E33][E38]") {
    const auto limits = with_hard_limit(1000);
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    channel.set_output_limits(limits);
    int inside = 0;
    const auto not_inside = [&inside](auto&&...) { CHECK(inside == 0); };
    channel.on_close = not_inside;
    channel.on_high = not_inside;
    reactor::broadcast stream(s.loop);
    reactor::subscription place(channel);
    place.join(stream);
    channel.on_line = [&](chat& me, const std::string& how) {
        ++inside;
        if (how == "push")
            CHECK_FALSE(me.push(pattern(1001)));
        if (how == "publish")
            stream.publish(pattern(1001));
        if (how == "close")
            me.close();
        CHECK(me.seen->closes == 0);
        --inside;
    };
    const std::string how = GENERATE("push", "publish", "close");
    s.turn();
    other.stop_reading();
    s.w.faults().fail(call::send, EAGAIN, {.times = always});
    other.send(how + '\n');
    s.turn(2);
    CHECK(channel.seen->closes == 1);
    CHECK(channel.seen->reason ==
          (how == "close" ? std::error_code{} : make_error_code(reactor::errc::output_limit)));
}

TEST_CASE("a push past the hard limit is counted when it closes", "[async_chat][E30]") {
    const auto limits = with_hard_limit(1000);
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    channel.set_output_limits(limits);
    CHECK(channel.push(pattern(1000)));
    CHECK(s.loop.counters().limit_closes == 0);
    CHECK_FALSE(channel.push("x"));
    s.turn();
    CHECK(s.loop.counters().limit_closes == 1);
    CHECK(channel.seen->reason == reactor::errc::output_limit);
}

TEST_CASE("a send that fails closes in the same iteration after all handlers",
          "[async_chat][E33]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    channel.on_line = [](chat& me, const std::string&) {
        CHECK(me.push("lost\n"));
        CHECK(me.is_open());
    };
    s.turn();
    s.w.faults().fail(call::send, EPIPE);
    other.send("x\n");
    s.turn();
    CHECK(channel.seen->closes == 1);
    CHECK(channel.seen->reason == system_code(EPIPE));
}

TEST_CASE("channels that close each other in their close handlers all end", "[async_chat][E33]") {
    stage s;
    std::vector<peer> others;
    std::vector<std::unique_ptr<chat>> ring;
    for (int i = 0; i < 100; ++i) {
        auto pair = s.w.connect_pair();
        others.push_back(std::move(pair.other));
        ring.push_back(std::make_unique<chat>(s.loop, pair.fd));
    }
    for (std::size_t i = 0; i < ring.size(); ++i)
        ring[i]->on_close = [&ring, i](chat&, std::error_code) {
            ring[(i + 1) % ring.size()]->close();
        };
    s.turn();
    ring.front()->close();
    s.loop.run(); // would wait for ever if it waited
    for (const auto& channel : ring)
        CHECK(channel->seen->closes == 1);
}

TEST_CASE("a peer that takes nothing for too long is let go", "[async_chat][E34]") {
    const auto limits = with_no_progress(5s);
    stage s;
    narrow n(s);
    n.channel.set_output_limits(limits);
    std::optional<nanoseconds> ended;
    n.channel.on_close = [&](chat&, std::error_code) { ended = s.w.elapsed(); };
    n.channel.push("more than four bytes");
    s.pass(20s);
    CHECK(ended == 5s);
    CHECK(n.channel.seen->closes == 1);
    CHECK(n.channel.seen->reason == reactor::errc::no_progress);
    CHECK(s.loop.counters().limit_closes == 1);
    CHECK(s.waits() < 10);
}

TEST_CASE("each byte that a peer takes gives it time anew", "[async_chat][E34]") {
    const auto limits = with_no_progress(5s);
    stage s;
    narrow n(s);
    n.channel.set_output_limits(limits);
    std::optional<nanoseconds> ended;
    n.channel.on_close = [&](chat&, std::error_code) { ended = s.w.elapsed(); };
    n.channel.push(pattern(100));
    for (int i = 1; i <= 10; ++i)
        s.w.at(i * 4s, [&n] { CHECK(n.other.read_some(1) == 1); });
    s.pass(44s);
    CHECK(n.channel.is_open());
    s.pass(20s);
    CHECK(ended == 45s);
    CHECK(n.channel.seen->reason == reactor::errc::no_progress);
}

TEST_CASE("neither pushing nor trying is progress", "[async_chat][E34]") {
    const auto limits = with_no_progress(5s);
    stage s;
    narrow n(s);
    n.channel.set_output_limits(limits);
    std::optional<nanoseconds> ended;
    n.channel.on_close = [&](chat&, std::error_code) { ended = s.w.elapsed(); };
    for (int i = 0; i < 20; ++i) {
        n.channel.push("again and again\n");
        s.w.inject_event(n.fd, EPOLLOUT); // nor is room that turns out to be none
        s.pass(1s);
    }
    CHECK(ended == 5s);
}

TEST_CASE("a follower that takes nothing for too long is let go", "[broadcast][E34]") {
    const auto limits = with_no_progress(5s);
    stage s;
    narrow n(s);
    n.channel.set_output_limits(limits);
    reactor::broadcast stream(s.loop);
    reactor::subscription place(n.channel);
    place.join(stream);
    for (int i = 0; i < 20; ++i) {
        stream.publish("again and again\n");
        s.pass(1s);
        CHECK(n.channel.seen->closes == (i < 4 ? 0 : 1));
    }
    CHECK(n.channel.seen->reason == reactor::errc::no_progress);
}

TEST_CASE("a channel without pending output needs no progress", "[async_chat][E34]") {
    const auto limits = with_no_progress(5s);
    stage s;
    narrow n(s);
    n.channel.set_output_limits(limits);
    SECTION("nothing was pushed") {}
    SECTION("all was taken") {
        n.channel.push("more than four bytes");
        s.turn(2);
        n.other.resume_reading();
        s.turn(20);
    }
    SECTION("the rest was discarded") {
        n.channel.push("more than four bytes");
        s.turn(2);
        n.channel.discard_buffers();
    }
    SECTION("the limit is off") {
        const static auto no_limit = with_no_progress(0s);
        n.channel.set_output_limits(no_limit);
        n.channel.push("more than four bytes");
    }
    s.pass(60s);
    CHECK(n.channel.is_open());
    CHECK(s.waits() < 40);
    s.no_findings();
}

TEST_CASE("output after a discard is sent when there is room and is timed anew",
          "[async_chat][E34]") {
    const auto limits = with_no_progress(5s);
    stage s;
    narrow n(s);
    n.channel.set_output_limits(limits);
    n.channel.push("more than four bytes");
    s.turn(2);
    n.channel.discard_buffers();
    s.pass(4s);
    n.channel.push("new");
    s.pass(4s);
    REQUIRE(n.channel.is_open());
    SECTION("sent") {
        n.other.resume_reading();
        s.turn(10);
        CHECK(n.other.received() == "morenew");
    }
    SECTION("timed") {
        s.pass(2s);
        CHECK(n.channel.seen->reason == reactor::errc::no_progress);
    }
}

TEST_CASE("a flush cut short by its budget goes on without asking for room", "[async_chat][E37]") {
    stage s(with_flush_sends(2));
    s.w.set_send_capacity(8 * 1024 * 1024);
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    const auto text = pattern(4 * 1024 * 1024);
    s.w.reset_counts();
    channel.push(text);
    s.turn();
    CHECK(s.sends() == 2);
    CHECK(s.loop.counters().flushes_cut_short == 1);
    while (channel.output_size() > 0 && s.waits() < 100)
        s.loop.run_once({}); // would wait for ever if it waited
    CHECK(other.received() == text);
    CHECK(s.changes() == 0);
    CHECK(s.sends() == 16);
    CHECK(s.waits() == 8);
    s.no_findings();
}

TEST_CASE("a firehose of output leaves the others their turns", "[async_chat][E35]") {
    stage s(with_flush_sends(3));
    s.w.set_send_capacity(8 * 1024 * 1024);
    auto [big_fd, big_other] = s.w.connect_pair();
    auto [small_fd, small_other] = s.w.connect_pair();
    chat big(s.loop, big_fd);
    chat small(s.loop, small_fd);
    s.turn();
    const bool in_one_piece = GENERATE(true, false);
    for (int i = 0; i < (in_one_piece ? 1 : 2048); ++i)
        big.push(std::string(in_one_piece ? 2'097'152 : 1024, 'x'));
    small.push("x");
    s.turn();
    CHECK(s.sends() == 3);
    CHECK(small_other.received() == "x");
    CHECK(big.output_size() == 2'097'152 - 2 * 262'144);
}

TEST_CASE("what a flush left over goes first in the next", "[async_chat][E37][E35]") {
    stage s(with_flush_sends(4));
    std::vector<peer> others;
    std::vector<std::unique_ptr<chat>> channels;
    for (int i = 0; i < 10; ++i) {
        auto pair = s.w.connect_pair();
        others.push_back(std::move(pair.other));
        channels.push_back(std::make_unique<chat>(s.loop, pair.fd));
    }
    s.turn();
    for (const auto& channel : channels)
        channel->push("x");
    for (std::size_t served = 4; served <= 12; served += 4) {
        channels.front()->push("y"); // pushes on, and must not come before the others
        s.turn();
        for (std::size_t i = 0; i < others.size(); ++i)
            CHECK(others[i].received().empty() == (i >= served));
    }
}

TEST_CASE("a flush that takes too long looks at its input again", "[async_chat][E37]") {
    stage s;
    s.w.set_cost(call::send, 1ms);
    std::vector<peer> others;
    std::vector<std::unique_ptr<chat>> channels;
    for (int i = 0; i < 100; ++i) {
        auto pair = s.w.connect_pair();
        others.push_back(std::move(pair.other));
        channels.push_back(std::make_unique<chat>(s.loop, pair.fd));
    }
    s.turn();
    for (const auto& channel : channels)
        channel->push("x");
    s.w.reset_counts();
    s.turn();
    CHECK(s.sends() <= 16); // the clock is read every 16 sends
    s.turn(10);
    CHECK(s.sends() == 100);
}

TEST_CASE("a send that takes nothing is tried again and ends nothing", "[async_chat][E44]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    s.w.faults().give(call::send, 0, {.times = 3});
    s.w.reset_counts();
    channel.push("hello\n");
    for (std::uint64_t tries = 1; tries <= 4; ++tries) {
        s.turn();
        CHECK(s.sends() == tries); // once an iteration
    }
    CHECK(other.received() == "hello\n");
    CHECK(channel.is_open());
    CHECK(channel.output_size() == 0);
    s.pass(200ms);
    CHECK(s.waits() < 10);
    s.no_findings();
}

TEST_CASE("a system without buffers for output is a full one", "[async_chat][E28][defect39]") {
    const int error = GENERATE(ENOBUFS, EAGAIN);
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    s.w.faults().fail(call::send, error);
    channel.push("hello\n");
    s.turn(3);
    CHECK(other.received() == "hello\n");
    CHECK(channel.is_open());
}

TEST_CASE("output cut into bytes by the kernel arrives whole", "[async_chat]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    s.w.faults().shorten(call::send, 1, {.times = always});
    s.w.reset_counts();
    channel.push("hello\n");
    s.turn(10);
    CHECK(other.received() == "hello\n");
    CHECK(s.changes() == s.if_epoll(2)); // room is asked for, then no more
    s.no_findings();
}
