// The flight recorder: what the last iterations did, over virtual time.
#include "support/captured_stderr.hpp"
#include "support/sim_stage.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

using namespace sim_test;
using reactor::flight_recorder;
using reactor::iteration_record;
using reactor::step;
using reactor::step_count;

namespace {

nanoseconds time_of(const iteration_record& record, step which) {
    return record.step_time[static_cast<std::size_t>(which)];
}

std::uint32_t items_of(const iteration_record& record, step which) {
    return record.step_items[static_cast<std::size_t>(which)];
}

const iteration_record& last(const reactor::loop& loop) {
    return loop.recorder().at(loop.recorder().size() - 1);
}

reactor::loop_options timed() {
    reactor::loop_options options;
    options.time_callbacks = true;
    return options;
}

/// Takes so much virtual time for a line.
void be_busy_for(stage& s, chat& channel, nanoseconds time) {
    channel.on_line = [&s, time](chat& me, const std::string& line) {
        s.w.advance(time);
        me.push(line + '\n');
    };
}

} // namespace

TEST_CASE("the recorder shows where an iteration's time went", "[recorder]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    be_busy_for(s, channel, 3ms);
    s.turn(2);
    s.w.after(10ms, [&to = other] { to.send("hello\n"); });
    s.loop.run_once(1s);
    const auto& record = last(s.loop);
    CHECK(record.number == s.loop.counters().iterations - 1);
    CHECK(record.began == s.loop.now());
    CHECK(record.waited() == 10ms);
    CHECK(time_of(record, step::dispatch) == 3ms);
    CHECK(record.worked() == 3ms);
    CHECK(items_of(record, step::dispatch) == 1);
    CHECK(items_of(record, step::flush) == 1);
    CHECK(items_of(record, step::posts) == 0);
}

TEST_CASE("the recorder's sums are the counters", "[recorder]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    be_busy_for(s, channel, 7us);
    reactor::timer tick(s.loop, [&] { s.loop.post([&] { s.w.advance(2us); }); });
    tick.start_every(5ms);
    for (int i = 1; i < 40; ++i)
        s.w.after(i * 3ms, [&to = other] { to.send("x\ny\n"); });
    s.pass(150ms);
    channel.close();
    s.turn();
    const auto& c = s.loop.counters();
    REQUIRE(c.iterations < flight_recorder::capacity);
    CHECK(s.loop.recorder().size() == c.iterations);
    std::array<nanoseconds, step_count> time{};
    std::array<std::uint64_t, step_count> items{};
    for (std::size_t i = 0; i < s.loop.recorder().size(); ++i)
        for (std::size_t k = 0; k < step_count; ++k) {
            time[k] += s.loop.recorder().at(i).step_time[k];
            items[k] += s.loop.recorder().at(i).step_items[k];
        }
    CHECK(time == c.step_time);
    const std::array<std::uint64_t, step_count> expected{
        c.wakeups, c.events, c.posts,    c.timers + c.timeouts, c.held_turns, c.closes,
        c.sends,   c.asked,  c.destroyed};
    CHECK(items == expected);
    CHECK(c.posts > 20);
}

TEST_CASE("the recorder keeps the last 256 iterations", "[recorder]") {
    stage s;
    s.turn(1000);
    const auto& recorder = s.loop.recorder();
    REQUIRE(recorder.size() == flight_recorder::capacity);
    for (std::size_t i = 0; i < recorder.size(); ++i)
        CHECK(recorder.at(i).number == 1000 - recorder.size() + i);
    CHECK_THROWS_AS(recorder.at(recorder.size()), std::out_of_range);
    CHECK(recorder.current().number == 1000);
}

TEST_CASE("the longest callback is known by its class", "[recorder]") {
    stage s(timed());
    auto [fd, other] = s.w.connect_pair();
    auto [slow_fd, slow_other] = s.w.connect_pair();
    raw quick(s.loop, fd);
    chat slow(s.loop, slow_fd);
    be_busy_for(s, slow, 4ms);
    s.turn(2);
    other.send("1");
    slow_other.send("2\n");
    s.turn();
    CHECK(last(s.loop).longest_class == std::string{"chat"});
    CHECK(last(s.loop).longest_callback == 4ms);
    s.loop.post([&] { s.w.advance(5ms); });
    other.send("3");
    s.turn();
    CHECK(last(s.loop).longest_class == std::string{"posted function"});
    CHECK(last(s.loop).longest_callback == 5ms);
    s.turn();
    CHECK(last(s.loop).longest_class == nullptr);
}

TEST_CASE("a channel destroyed in its callback is still named", "[recorder]") {
    stage s(timed());
    auto [fd, other] = s.w.connect_pair();
    auto channel = std::make_unique<chat>(s.loop, fd);
    channel->on_line = [&](chat&, const std::string&) {
        s.w.advance(1ms);
        channel.reset();
    };
    s.turn(2);
    other.send("x\n");
    s.turn();
    CHECK_FALSE(channel);
    CHECK(last(s.loop).longest_class == std::string{"chat"});
}

TEST_CASE("the recorder tells what is under way", "[recorder]") {
    stage s(timed());
    std::string text;
    step at = step::wait;
    s.loop.post([&] {
        at = s.loop.recorder().current_step();
        text = s.loop.recorder().to_string();
    });
    s.turn();
    CHECK(at == step::posts);
    CHECK(text.find("now in posts, callback of posted function; so far #0") != std::string::npos);
    CHECK(s.loop.recorder().current_step() == step::wait);
    CHECK(s.loop.recorder().current_class() == nullptr);
}

TEST_CASE("the recorder is written to a descriptor as it is to a string", "[recorder]") {
    stage s(timed());
    reactor::timer tick(s.loop, [&] { s.w.advance(1300ns); });
    tick.start_every(1ms);
    s.pass(400ms);
    const auto expected = s.loop.recorder().to_string();
    CHECK(support::occurrences(expected, "timers 1.3 (1); longest callback 1.3 timer\n") > 200);
    const support::captured_stderr captured;
    errno = 42;
    s.loop.recorder().dump_to(STDERR_FILENO);
    CHECK(errno == 42);
    CHECK(captured.text() == expected);
    s.loop.recorder().dump_to(-1); // nothing to write to: nothing happens
    CHECK(errno == 42);
}
