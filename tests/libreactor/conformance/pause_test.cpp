// Pausing takes effect at once; budgets give the others their turn.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

struct pause_test : loop_fixture {
    explicit pause_test(reactor::loop_options options = {}) : loop_fixture(options) {
        pump({&peer});
    }

    support::socket_pair pair = make_socket_pair(AF_UNIX);
    hooked::lines channel{loop, std::move(pair.ours)};
    scripted_peer peer{std::move(pair.theirs)};
};

std::string numbered_lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += std::to_string(i) + "\n";
    return text;
}

} // namespace

TEST_CASE("a pause inside handle_line holds the rest and reads nothing more", "[pause]") {
    pause_test t;
    t.channel.on_line = [&](std::string_view line) {
        if (line == "pause")
            t.channel.pause_reading();
    };
    t.deliver(t.peer, "one\npause\ntwo\nthr");
    CHECK(t.channel.got == strings{"one", "pause"});
    CHECK(t.channel.held_input() == "two\nthr");
    const auto reads = t.counters().reads;
    t.peer.send("ee\nfour\n");
    t.iterate(10);
    t.fence();
    CHECK(t.counters().reads == reads + 1); // the fence's own
    CHECK(t.channel.got.size() == 2);
    t.channel.resume_reading();
    t.run_until("the rest is there", [&] { return t.channel.got.size() == 5; });
    CHECK(t.channel.got == strings{"one", "pause", "two", "three", "four"});
}

TEST_CASE("a channel may pause again at every line", "[pause]") {
    pause_test t;
    t.channel.on_line = [&](std::string_view) { t.channel.pause_reading(); };
    t.peer.send("1\n2\n3\n4\n");
    for (std::size_t count = 1; count <= 4; ++count) {
        t.run_until("a line more is there", [&] { return t.channel.got.size() == count; });
        t.iterate(3);
        CHECK(t.channel.got.size() == count);
        t.channel.resume_reading();
    }
}

TEST_CASE("a pause and its end inside one handler change nothing", "[pause]") {
    pause_test t;
    t.channel.on_line = [&](std::string_view) {
        t.channel.pause_reading();
        t.channel.resume_reading();
    };
    t.deliver(t.peer, "1\n2\n3\n");
    t.run_until("all lines are there", [&] { return t.channel.got.size() == 3; });
    CHECK(t.channel.is_open());
}

TEST_CASE("a paused channel still sends", "[pause]") {
    pause_test t;
    t.channel.pause_reading();
    t.channel.push("hello");
    t.run_until("the peer reads it", [&] { return t.peer.received() == "hello"; });
}

TEST_CASE("a channel closed while it holds input hands none of it over", "[pause]") {
    pause_test t;
    t.channel.on_line = [&](std::string_view) { t.channel.pause_reading(); };
    t.deliver(t.peer, "one\ntwo\n");
    t.channel.resume_reading();
    t.channel.close();
    t.iterate(3);
    CHECK(t.channel.got == strings{"one"});
    CHECK(t.channel.closes == 1);
}

TEST_CASE("the end of input comes after what a pause held back", "[pause]") {
    pause_test t;
    t.channel.on_line = [&](std::string_view line) {
        t.note(std::string(line));
        if (line == "one")
            t.channel.pause_reading();
    };
    t.channel.on_eof = [&] {
        t.note("eof");
        t.channel.close();
    };
    t.peer.send("one\ntwo\nthree\n");
    t.peer.half_close();
    t.run_until("the first line is there", [&] { return t.channel.got.size() == 1; });
    t.fence();
    CHECK(t.journal == strings{"one"});
    t.channel.resume_reading();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.journal == strings{"one", "two", "three", "eof"});
}

TEST_CASE("a message budget gives the others their turn and loses nothing",
          "[pause][E35][defect38]") {
    constexpr std::uint32_t budget = 4;
    loop_fixture f({.message_budget = budget});
    std::vector<std::unique_ptr<hooked::lines>> channels;
    std::vector<std::unique_ptr<scripted_peer>> peers;
    std::string order;
    for (char name = 'a'; name < 'd'; ++name) {
        auto pair = make_socket_pair(AF_UNIX);
        channels.push_back(std::make_unique<hooked::lines>(f.loop, std::move(pair.ours)));
        channels.back()->on_line = [&order, name](std::string_view) { order += name; };
        peers.push_back(std::make_unique<scripted_peer>(std::move(pair.theirs)));
        peers.back()->send(numbered_lines(10));
    }
    f.run_until("all lines are there", [&] { return order.size() == 30; });
    // Blocks of at most the budget, every channel once before any comes again.
    for (std::size_t turn = 0; turn < 2; ++turn) {
        const auto round = order.substr(turn * 3 * budget, 3 * budget);
        std::string seen;
        for (std::size_t i = 0; i < round.size(); i += budget) {
            CHECK(round.substr(i, budget) == std::string(budget, round[i]));
            CHECK(seen.find(round[i]) == std::string::npos);
            seen += round[i];
        }
    }
    for (const auto& channel : channels)
        CHECK(channel->got == strings{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
}

TEST_CASE("lines that a budget left are served without waiting for the kernel", "[plain][pause]") {
    pause_test t({.message_budget = 2});
    t.peer.send(numbered_lines(7));
    t.loop.run({}, 4); // waits without limit, would hang if anything else were needed
    CHECK(t.channel.got.size() == 7);
    CHECK(t.counters().reads == 1);
}

TEST_CASE("a budget of one serves a read of many lines in order", "[pause][E48]") {
    pause_test t({.message_budget = 1});
    t.peer.send(numbered_lines(5000));
    t.run_until("all lines are there", [&] { return t.channel.got.size() == 5000; });
    for (std::size_t i = 0; i < t.channel.got.size(); ++i)
        REQUIRE(t.channel.got[i] == std::to_string(i));
}

TEST_CASE("a paused listener accepts nobody until it is resumed", "[pause][accept]") {
    loop_fixture f;
    const support::temp_dir directory;
    hooked::dispatcher listener(f.loop);
    std::vector<reactor::unique_fd> taken;
    listener.create_socket(AF_UNIX);
    listener.bind(support::any_address(AF_UNIX, directory));
    listener.listen();
    listener.on_accepted = [&](reactor::unique_fd fd, const reactor::endpoint&) {
        taken.push_back(std::move(fd));
        listener.pause_reading();
    };
    scripted_peer one(listener.local_address());
    scripted_peer two(listener.local_address());
    f.run_until("one is accepted", [&] { return taken.size() == 1; });
    f.fence();
    CHECK(taken.size() == 1);
    listener.resume_reading();
    f.run_until("the other is accepted", [&] { return taken.size() == 2; });
}
