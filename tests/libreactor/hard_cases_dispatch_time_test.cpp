// Iterations that have more to take in than their time allows, over the simulated world.
#include "support/sim_stage.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace sim_test;

namespace {

/// Channels with a line waiting for each; a receive takes so long that an iteration's 2 ms are
/// ten of them, and the clock is looked at after each 32.
struct slow_crowd {
    slow_crowd(stage& s, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            auto pair = s.w.connect_pair();
            others.push_back(std::move(pair.other));
            channels.push_back(std::make_unique<chat>(s.loop, pair.fd));
        }
        s.turn();
        for (auto& each : others)
            each.send("ping\n");
        s.w.set_cost(call::recv, 200us);
        s.w.reset_counts();
    }
    [[nodiscard]] std::size_t lines_of(std::size_t which) const {
        return channels[which]->seen->lines.size();
    }
    [[nodiscard]] std::ptrdiff_t served() const {
        return std::count_if(channels.begin(), channels.end(),
                             [](const auto& c) { return !c->seen->lines.empty(); });
    }

    std::vector<peer> others;
    std::vector<std::unique_ptr<chat>> channels;
};

} // namespace

TEST_CASE("a long batch is dispatched in several iterations and asked for once",
          "[loop][E32][E35]") {
    stage s;
    const slow_crowd all(s, 100);
    for (const int served : {32, 64, 96, 100}) {
        s.turn();
        CHECK(all.served() == served);
    }
    CHECK(s.waits() == 1);
    CHECK(s.loop.counters().longest_iteration < 7ms);
    s.no_findings();
}

TEST_CASE("what was said is sent between two parts of a long batch", "[loop][E35]") {
    stage s;
    const slow_crowd all(s, 40);
    all.channels[0]->on_line = [](chat& channel, const std::string&) { channel.push("pong\n"); };
    s.turn();
    CHECK(all.others[0].received() == "pong\n");
    CHECK(all.served() == 32);
}

TEST_CASE("an iteration that has a part of a batch left does not wait", "[loop][E35]") {
    stage s;
    const slow_crowd all(s, 40);
    for (int i = 0; i < 2; ++i)
        s.loop.run_once({}); // a wait without limit in this world is an error
    CHECK(all.served() == 40);
    CHECK(s.waits() == 1);
}

TEST_CASE("a descriptor reused between two parts of a batch gets no event of the former channel",
          "[loop][E1][E35]") {
    stage s;
    const slow_crowd all(s, 40);
    s.turn();
    REQUIRE(all.served() == 32);
    const int number = all.channels[39]->fileno();
    all.channels[39]->close();
    auto successor = s.w.connect_pair();
    REQUIRE(successor.fd == number);
    const chat reused(s.loop, successor.fd);
    s.turn();
    CHECK(all.served() == 39);
    CHECK(reused.seen->lines.empty());
    CHECK(s.loop.counters().dead_events == 1);
    CHECK(s.loop.counters().set_rebuilds == 0); // the close explains the event
}

TEST_CASE("a run that stops in the middle of a batch goes on with it", "[loop][E35]") {
    stage s;
    const slow_crowd all(s, 40);
    all.channels[3]->on_line = [&](chat&, const std::string&) { s.loop.stop(); };
    s.loop.run();
    CHECK(all.served() == 32);
    s.turn();
    CHECK(all.served() == 40);
}

TEST_CASE("held input that takes long is served in several iterations", "[async_chat][E35]") {
    reactor::loop_options options;
    options.message_budget = 1;
    stage s(options);
    slow_crowd all(s, 10);
    s.w.set_cost(call::recv, 0ns);
    for (std::size_t i = 0; i < 10; ++i) {
        all.others[i].send("two\n");
        all.channels[i]->on_line = [&](chat&, const std::string& line) {
            if (line == "two")
                s.w.advance(500us);
        };
    }
    const auto twos = [&] {
        return std::count_if(all.channels.begin(), all.channels.end(),
                             [](const auto& c) { return c->seen->lines.size() == 2; });
    };
    for (const int served : {4, 8, 10}) {
        s.turn();
        CHECK(twos() == served);
    }
}

TEST_CASE("many channels that end together are closed in several iterations", "[loop][E32][E35]") {
    stage s;
    slow_crowd all(s, 40);
    s.pass(20ms); // takes their lines in
    for (auto& each : all.others)
        each.half_close();
    s.w.set_cost(call::recv, 0ns);
    s.w.set_cost(call::close, 200us);
    const auto closed = [&] {
        return std::count_if(all.channels.begin(), all.channels.end(),
                             [](const auto& c) { return c->seen->closes == 1; });
    };
    for (const int expected : {16, 32, 40}) {
        s.turn();
        CHECK(closed() == expected);
    }
}

TEST_CASE("many deadlines that come due together are told of in several iterations",
          "[loop][E35]") {
    stage s;
    const slow_crowd all(s, 10);
    s.pass(20ms); // takes their lines in
    for (const auto& each : all.channels) {
        each->on_timeout = [&](chat&) { s.w.advance(500us); };
        each->set_deadline(1ms);
    }
    const auto told = [&] {
        return std::count_if(all.channels.begin(), all.channels.end(),
                             [](const auto& c) { return c->seen->timeouts == 1; });
    };
    s.w.advance(1ms);
    for (const int expected : {4, 8, 10}) {
        s.turn();
        CHECK(told() == expected);
    }
}
