// A firehose beside others, and pauses with input in hand, over the simulated world.
#include "support/sim_stage.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace sim_test;

namespace {

reactor::loop_options with_message_budget(std::uint32_t budget) {
    reactor::loop_options options;
    options.message_budget = budget;
    return options;
}

std::string lines(int first, int last) {
    std::string text;
    for (int i = first; i <= last; ++i)
        text += std::to_string(i) + '\n';
    return text;
}

/// Lines 0, 1, 2 … as they must have come.
bool counts_up(const std::vector<std::string>& seen) {
    for (std::size_t i = 0; i < seen.size(); ++i)
        if (seen[i] != std::to_string(i))
            return false;
    return true;
}

/// Some channels and their peers.
struct crowd {
    crowd(stage& s, int count) {
        for (int i = 0; i < count; ++i) {
            auto pair = s.w.connect_pair();
            others.push_back(std::move(pair.other));
            channels.push_back(std::make_unique<chat>(s.loop, pair.fd));
        }
        s.turn();
    }
    [[nodiscard]] std::size_t lines_of(std::size_t which) const {
        return channels[which]->seen->lines.size();
    }

    std::vector<peer> others;
    std::vector<std::unique_ptr<chat>> channels;
};

} // namespace

TEST_CASE("pingers are served in every iteration beside a firehose of lines", "[async_chat][E35]") {
    stage s(with_message_budget(10));
    crowd all(s, 4); // the first one is the firehose
    all.others[0].send(lines(0, 999));
    for (std::size_t turn = 1; all.lines_of(0) < 1000 && turn <= 1000; ++turn) {
        for (std::size_t i = 1; i < 4; ++i)
            all.others[i].send("ping\n");
        const auto before = all.lines_of(0);
        s.loop.run_once({});
        CHECK(all.lines_of(0) - before <= 20); // one turn for the read, one for what it left
        for (std::size_t i = 1; i < 4; ++i)
            CHECK(all.lines_of(i) == turn);
    }
    CHECK(all.lines_of(0) == 1000);
    CHECK(counts_up(all.channels[0]->seen->lines));
    CHECK(s.w.elapsed() == 0ns);
    s.no_findings();
}

TEST_CASE("held lines are worked off without another event", "[async_chat][E35][E36]") {
    stage s(with_message_budget(10));
    crowd all(s, 1);
    all.others[0].send(lines(0, 99));
    s.w.reset_counts();
    s.w.set_wait_limit(100);
    while (all.lines_of(0) < 100)
        s.loop.run_once({}); // would wait for ever if it waited
    CHECK(s.w.count(call::recv) == 1);
    CHECK(s.waits() <= 10);
    CHECK(s.changes() == 0);
    CHECK(s.loop.counters().held_turns >= 9);
}

TEST_CASE("several firehoses take turns", "[async_chat][E35]") {
    stage s(with_message_budget(10));
    s.w.shuffle_events(true);
    crowd all(s, 3);
    for (auto& other : all.others)
        other.send(lines(0, 499));
    for (int i = 0; i < 60; ++i) {
        s.turn();
        const auto [least, most] = std::minmax({all.lines_of(0), all.lines_of(1), all.lines_of(2)});
        CHECK(most - least <= 20);
    }
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(all.lines_of(i) == 500);
        CHECK(counts_up(all.channels[i]->seen->lines));
    }
}

TEST_CASE("a channel reads no more than its limit in one iteration", "[async_chat][E35]") {
    stage s;
    crowd all(s, 2);
    all.channels[0]->clear_terminator();
    all.channels[0]->set_read_limit(1000);
    all.others[0].send(std::string(64 * 1024, 'x'));
    for (std::size_t turn = 1; turn <= 70; ++turn) {
        all.others[1].send("ping\n");
        const auto before = s.w.count(call::recv, all.channels[0]->fileno());
        const auto held = all.channels[0]->held_input().size();
        s.turn();
        CHECK(s.w.count(call::recv, all.channels[0]->fileno()) - before <= 1);
        CHECK(all.channels[0]->held_input().size() - held <= 1000);
        CHECK(all.lines_of(1) == turn);
    }
    CHECK(all.channels[0]->held_input().size() == 64 * 1024);
}

TEST_CASE("the message budget counts messages of a length too", "[async_chat][E35]") {
    stage s(with_message_budget(10));
    crowd all(s, 1);
    chat& channel = *all.channels[0];
    channel.set_terminator(1);
    channel.on_line = [](chat& me, const std::string&) { me.set_terminator(1); };
    all.others[0].send(std::string(100, 'x'));
    s.turn();
    CHECK(channel.seen->lines.size() <= 20);
    s.turn(10);
    CHECK(channel.seen->lines.size() == 100);
}

TEST_CASE("a pause stops the lines at once and a resume needs no event", "[async_chat][E36]") {
    stage s;
    crowd all(s, 1);
    chat& channel = *all.channels[0];
    channel.on_line = [](chat& me, const std::string& line) {
        if (line == "1")
            me.pause_reading();
    };
    all.others[0].send(lines(0, 4));
    s.turn();
    CHECK(channel.seen->lines.size() == 2);
    s.w.reset_counts();
    s.pass(50ms);
    CHECK(channel.seen->lines.size() == 2);
    CHECK(s.waits() < 5);
    channel.resume_reading();
    s.loop.run_once({}); // would wait for ever if it waited
    CHECK(channel.seen->lines.size() == 5);
    CHECK(counts_up(channel.seen->lines));
    CHECK(s.w.count(call::recv) == 0);
    all.others[0].send("5\n");
    s.turn(2);
    CHECK(counts_up(channel.seen->lines));
    CHECK(channel.seen->lines.size() == 6);
    s.no_findings();
}

TEST_CASE("what the kernel has comes after what a pause held back", "[async_chat][E36]") {
    stage s;
    crowd all(s, 1);
    chat& channel = *all.channels[0];
    channel.on_line = [](chat& me, const std::string&) { me.pause_reading(); };
    all.others[0].send("0\n1\n2\nhal");
    s.turn();
    all.others[0].send("f\n4\n");
    for (std::size_t i = 1; i <= 5; ++i) {
        CHECK(channel.seen->lines.size() == i);
        channel.resume_reading();
        s.turn(4);
    }
    CHECK(channel.seen->lines == std::vector<std::string>{"0", "1", "2", "half", "4"});
    s.no_findings();
}

TEST_CASE("a pause taken back in the same handler holds nothing up", "[async_chat][E36]") {
    stage s;
    crowd all(s, 1);
    chat& channel = *all.channels[0];
    channel.on_line = [](chat& me, const std::string&) {
        me.pause_reading();
        me.resume_reading();
    };
    all.others[0].send(lines(0, 9));
    s.turn();
    CHECK(channel.seen->lines.size() == 10);
}

TEST_CASE("a channel that ends in a handler gets none of its held lines",
          "[async_chat][E36][E39]") {
    stage s;
    crowd all(s, 1);
    auto& channel = all.channels[0];
    const auto seen = channel->seen;
    std::function<void(chat&)> end;
    int closes = 1;
    SECTION("closed") {
        end = [](chat& me) { me.close(); };
    }
    SECTION("closing when done") {
        end = [](chat& me) { me.close_when_done(); };
        closes = 0; // it lingers
    }
    SECTION("destroyed") {
        end = [&channel](chat&) { channel.reset(); };
        closes = 0;
    }
    SECTION("detached") {
        end = [](chat& me) { (void)me.detach(); };
        closes = 0;
    }
    channel->on_line = [&end](chat& me, const std::string& line) {
        if (line == "0")
            me.pause_reading();
        else
            call_hook(end, me);
    };
    all.others[0].send(lines(0, 9));
    s.turn();
    REQUIRE(seen->lines.size() == 1);
    channel->resume_reading();
    s.turn(3);
    CHECK(seen->lines.size() == 2);
    CHECK(seen->closes == closes);
}
