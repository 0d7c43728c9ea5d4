// Time: waits, timers and deadlines, over the simulated world and its clock.
#include "support/sim_stage.hpp"

#include "deadlines.hpp"
#include "slot_table.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace sim_test;

namespace {

/// A timer, when it has to run and what it did.
struct appointment {
    appointment(stage& s, std::vector<nanoseconds>& order)
        : clock([&s, &order, this] {
              late = s.w.now() - due;
              iteration = s.loop.counters().iterations;
              ++runs;
              order.push_back(due);
          }) {}

    std::function<void()> clock;
    std::unique_ptr<reactor::timer> timer;
    nanoseconds due{};
    nanoseconds late{};
    std::uint64_t iteration = 0;
    int runs = 0;
    bool cancelled = false;
};

class random_times {
public:
    explicit random_times(std::uint64_t seed) : engine_(seed) {}
    nanoseconds below(nanoseconds limit) {
        return nanoseconds{
            static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(limit.count()))};
    }
    bool one_in(std::uint64_t n) { return engine_() % n == 0; }

private:
    std::mt19937_64 engine_;
};

using appointments = std::vector<std::unique_ptr<appointment>>;

appointments make_appointments(stage& s, random_times& random, std::vector<nanoseconds>& order,
                               int count) {
    appointments all;
    for (int i = 0; i < count; ++i) {
        auto& a = *all.emplace_back(std::make_unique<appointment>(s, order));
        a.timer = std::make_unique<reactor::timer>(s.loop, [&a] { a.clock(); });
        const auto delay = random.below(1s);
        a.due = s.w.now() + delay;
        a.timer->start(delay);
        a.cancelled = random.one_in(10);
        if (a.cancelled)
            a.timer->cancel();
    }
    return all;
}

void set_deadline_with_each_line(chat& channel, nanoseconds after) {
    channel.set_deadline(after);
    channel.on_line = [after](chat& me, const std::string&) { me.set_deadline(after); };
}

/// Serves a line each millisecond, so many; gives the number of waits.
std::uint64_t waits_for_lines(bool with_deadline, int lines) {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn(2);
    if (with_deadline)
        set_deadline_with_each_line(channel, 100ms);
    s.w.reset_counts();
    for (int i = 1; i <= lines; ++i)
        s.w.after(i * 1ms, [&to = other] { to.send("x\n"); });
    s.pass(lines * 1ms);
    CHECK(channel.seen->lines.size() == static_cast<std::size_t>(lines));
    CHECK(channel.seen->timeouts == 0);
    return s.waits();
}

} // namespace

TEST_CASE("a timer between two milliseconds costs one wait", "[timer][E17][defect25]") {
    const nanoseconds grain = GENERATE(nanoseconds{1ns}, nanoseconds{1ms});
    stage s;
    s.w.set_wait_granularity(grain);
    nanoseconds ran{};
    reactor::timer timer(s.loop, [&] { ran = s.w.elapsed(); });
    timer.start(1300us);
    s.loop.run();
    CHECK(s.waits() == 1);
    CHECK(ran >= 1300us);
    CHECK(ran < 1300us + grain);
}

TEST_CASE("a timer that is due at once costs a wait that does not block", "[timer][E17]") {
    stage s;
    s.w.set_wait_granularity(1ms);
    nanoseconds ran{-1};
    reactor::timer timer(s.loop, [&] { ran = s.w.elapsed(); });
    timer.start(GENERATE(nanoseconds{0ns}, nanoseconds{-1s}));
    s.loop.run();
    CHECK(s.waits() == 1);
    CHECK(ran == 0ns);
}

TEST_CASE("an interrupted wait goes on for what is left of it", "[timer][E17][E43]") {
    stage s;
    nanoseconds ran{};
    reactor::timer timer(s.loop, [&] { ran = s.w.elapsed(); });
    timer.start(1300us);
    for (const auto when : {200us, 700us, 1299us})
        s.w.at(when, [&s] { s.w.interrupt_wait(); });
    s.loop.run();
    CHECK(s.waits() == 4);
    CHECK(ran == 1300us);
}

TEST_CASE("no timer of ten thousand is early or lost or out of order", "[timer][E18]") {
    const nanoseconds grain = GENERATE(nanoseconds{1ns}, nanoseconds{1ms});
    stage s;
    s.w.set_wait_granularity(grain);
    random_times random(s.w.seed());
    std::vector<nanoseconds> order;
    const auto all = make_appointments(s, random, order, 10'000);
    s.loop.run();
    CHECK(std::is_sorted(order.begin(), order.end()));
    std::size_t wrong = 0;
    for (const auto& a : all)
        wrong += a->runs != (a->cancelled ? 0 : 1) || a->late < 0ns || a->late >= grain ? 1U : 0U;
    CHECK(wrong == 0);
    CHECK(s.waits() <= order.size() + 1);
}

TEST_CASE("what timers start runs in a later iteration and never early", "[timer][E18][E20]") {
    stage s;
    random_times random(s.w.seed());
    std::vector<nanoseconds> order;
    appointments children;
    std::size_t wrong = 0;
    std::vector<std::unique_ptr<reactor::timer>> parents;
    for (int i = 0; i < 1000; ++i) {
        auto& child = *children.emplace_back(std::make_unique<appointment>(s, order));
        child.timer = std::make_unique<reactor::timer>(s.loop, [&child] { child.clock(); });
        const auto delay = random.one_in(2) ? 0ns : random.below(10ms);
        parents.push_back(std::make_unique<reactor::timer>(s.loop, [&s, &child, delay] {
            child.iteration = s.loop.counters().iterations;
            child.due = s.w.now() + delay;
            child.timer->start(delay);
        }));
        const auto starter = parents.back().get();
        starter->start(random.below(100ms));
        child.clock = [&s, &child, &wrong] {
            ++child.runs;
            wrong +=
                s.w.now() < child.due || s.loop.counters().iterations <= child.iteration ? 1U : 0U;
        };
    }
    s.loop.run();
    CHECK(wrong == 0);
    CHECK(
        std::all_of(children.begin(), children.end(), [](const auto& c) { return c->runs == 1; }));
}

TEST_CASE("a timer that starts itself anew at once starves nobody", "[timer][E20]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    int runs = 0;
    std::unique_ptr<reactor::timer> timer;
    timer = std::make_unique<reactor::timer>(s.loop, [&] {
        ++runs;
        timer->start(0ns);
    });
    timer->start(0ns);
    for (int i = 1; i <= 5; ++i) {
        other.send("x\n");
        s.turn();
        CHECK(runs == i);
        CHECK(channel.seen->lines.size() == static_cast<std::size_t>(i));
    }
}

TEST_CASE("a timer made in the place of one that destroyed itself runs its own", "[timer][E39]") {
    stage s;
    std::string order;
    std::unique_ptr<reactor::timer> first;
    std::unique_ptr<reactor::timer> second;
    first = std::make_unique<reactor::timer>(s.loop, [&] {
        order += '1';
        first.reset();
        second = std::make_unique<reactor::timer>(s.loop, [&order] { order += '2'; });
        second->start(1ms);
    });
    first->start(1ms);
    s.loop.run();
    CHECK(order == "12");
}

TEST_CASE("a repeated timer skips what it missed and keeps its beat", "[timer][E19]") {
    stage s;
    std::vector<nanoseconds> runs;
    reactor::timer timer(s.loop, [&] { runs.push_back(s.w.elapsed()); });
    timer.start_every(10ms);
    s.pass(25ms);
    CHECK(runs == std::vector<nanoseconds>{10ms, 20ms});
    runs.clear();
    s.w.advance(1h);
    s.turn(3);
    CHECK(runs == std::vector<nanoseconds>{1h + 25ms});
    runs.clear();
    s.pass(20ms);
    CHECK(runs == std::vector<nanoseconds>{1h + 30ms, 1h + 40ms});
}

TEST_CASE("what came due in a leap of the clock runs once and in order", "[timer][E19]") {
    stage s;
    std::vector<int> order;
    reactor::timer late(s.loop, [&] { order.push_back(2); });
    reactor::timer early(s.loop, [&] { order.push_back(1); });
    late.start(2s);
    early.start(1s);
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    channel.set_deadline(1min);
    s.turn();
    s.w.advance(24h);
    s.turn();
    CHECK(order == std::vector<int>{1, 2});
    CHECK(channel.seen->timeouts == 1);
    s.turn(3);
    CHECK(order.size() == 2);
    CHECK(channel.seen->closes == 1);
}

TEST_CASE("a deadline moved with each message costs no wait", "[loop][deadline]") {
    const auto without = waits_for_lines(false, 1000);
    const auto with = waits_for_lines(true, 1000);
    CHECK(without <= 1001);
    CHECK(with <= without + 11); // an entry of 100 ms is looked at once in that time at most
}

TEST_CASE("a deadline moved later leaves its entry where it is", "[loop][deadline]") {
    stage s;
    raw channel(s.loop);
    reactor::detail::slot_table slots;
    const auto index = slots.acquire(channel);
    reactor::detail::deadlines entries(slots);
    entries.reserve(1);
    entries.expect(index, 100ms);
    entries.expect(index, 200ms);
    CHECK(entries.first() == 100ms);
    entries.expect(index, 50ms);
    CHECK(entries.first() == 50ms);
    CHECK(entries.take_due(49ms) == reactor::detail::no_slot);
    CHECK(entries.take_due(50ms) == index);
    CHECK(entries.take_due(1h) == reactor::detail::no_slot);
}

TEST_CASE("a deadline comes at its last setting exactly", "[loop][deadline]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    nanoseconds came{};
    channel.on_timeout = [&](chat&) { came = s.w.elapsed(); };
    channel.set_deadline(100ms);
    SECTION("moved later") {
        s.pass(50ms);
        channel.set_deadline(100ms);
        s.pass(1s);
        CHECK(came == 150ms);
    }
    SECTION("moved earlier") {
        channel.set_deadline(10ms);
        s.pass(1s);
        CHECK(came == 10ms);
    }
    SECTION("moved later and earlier again") {
        channel.set_deadline(500ms);
        channel.set_deadline(200ms);
        s.pass(1s);
        CHECK(came == 200ms);
    }
    CHECK(channel.seen->timeouts == 1);
    CHECK(s.waits() < 8);
}

TEST_CASE("a deadline that is cleared does not come", "[loop][deadline]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    channel.set_deadline(100ms);
    SECTION("cleared") { channel.clear_deadline(); }
    SECTION("closing when done") {
        other.stop_reading();
        channel.push(std::string(500'000, 'x'));
        channel.close_when_done();
    }
    SECTION("closed and opened again") {
        channel.on_close = [&s](chat& me, std::error_code) {
            me.on_close = nullptr;
            me.set_socket(reactor::unique_fd{s.w.connect_pair().fd});
        };
        channel.close();
    }
    s.pass(1s);
    CHECK(channel.seen->timeouts == 0);
    CHECK(s.waits() < 8);
}

TEST_CASE("a deadline set in its own handler comes again later", "[loop][deadline][E20]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    std::vector<std::uint64_t> iterations;
    const auto delay = GENERATE(nanoseconds{0ns}, nanoseconds{10ms});
    channel.on_timeout = [&](chat& me) {
        iterations.push_back(s.loop.counters().iterations);
        if (iterations.size() < 3)
            me.set_deadline(delay);
    };
    channel.set_deadline(delay);
    s.pass(100ms);
    REQUIRE(iterations.size() == 3);
    CHECK(iterations[0] < iterations[1]);
    CHECK(iterations[1] < iterations[2]);
}
