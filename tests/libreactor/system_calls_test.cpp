// Which system calls each thing costs, exactly, over the simulated world.
#include "support/sim_stage.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace sim_test;

namespace {

/// Calls into the kernel: the clock is none, and the process is asked for once a run.
std::uint64_t all_calls(const world& w) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < reactor::sim::call_count; ++i)
        if (const auto which = static_cast<call>(i); which != call::monotonic_now &&
                                                     which != call::process_id &&
                                                     which != call::kevent_change)
            sum += w.count(which);
    return sum;
}

void echo(chat& me, const std::string& line) { me.push(line + '\n'); }

/// A channel that echoes, its peer, and its place in a broadcast.
struct member {
    explicit member(stage& s) : member(s.w.connect_pair(), s) {}
    member(connected_pair pair, stage& s)
        : other(std::move(pair.other)), channel(s.loop, pair.fd), place(channel) {
        channel.on_line = echo;
    }

    peer other;
    chat channel;
    reactor::subscription place;
};

std::vector<std::unique_ptr<member>> make_members(stage& s, std::size_t count,
                                                  reactor::broadcast* stream = nullptr) {
    std::vector<std::unique_ptr<member>> members;
    while (members.size() < count) {
        members.push_back(std::make_unique<member>(s));
        if (stream != nullptr)
            members.back()->place.join(*stream);
    }
    s.turn(2);
    s.w.reset_counts();
    return members;
}

/// A listener that makes a channel of each connection.
class door : public listener {
public:
    using listener::listener;
    std::vector<std::unique_ptr<chat>> guests;

protected:
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint&) override {
        guests.push_back(std::make_unique<chat>(owner(), fd.release()));
    }
};

} // namespace

TEST_CASE("an echo costs a wait and a receive and a send", "[calls]") {
    stage s;
    const auto all = make_members(s, 1);
    for (std::uint64_t i = 1; i <= 100; ++i) {
        all[0]->other.send("hello\n");
        s.turn();
        REQUIRE(s.waits() == i);
        REQUIRE(s.w.count(call::recv) == i);
        REQUIRE(s.w.count(call::send) == i);
        REQUIRE(all_calls(s.w) == 3 * i);
    }
}

TEST_CASE("idle channels cost nothing", "[calls][defect1]") {
    stage s;
    const auto all = make_members(s, 1000);
    all[500]->other.send("hello\n");
    s.turn();
    CHECK(all_calls(s.w) == 3);
}

TEST_CASE("all messages of one receive are answered with one send", "[calls]") {
    stage s;
    const auto all = make_members(s, 1);
    std::string text;
    for (int i = 0; i < 200; ++i)
        text += std::to_string(i) + '\n';
    all[0]->other.send(text);
    s.turn();
    CHECK(all[0]->other.received() == text);
    CHECK(all_calls(s.w) == 3);
}

TEST_CASE("all that was pushed in an iteration leaves with one send", "[calls]") {
    stage s;
    const auto all = make_members(s, 1);
    for (int i = 0; i < 1000; ++i)
        all[0]->channel.push("line\n");
    s.turn();
    CHECK(all[0]->other.received().size() == 5000);
    CHECK(s.w.count(call::send) == 1);
    CHECK(all_calls(s.w) == 2);
}

TEST_CASE("what is pushed alone leaves with a send of its own", "[calls]") {
    stage s;
    const auto all = make_members(s, 1);
    all[0]->channel.push("a");
    all[0]->channel.push("b");
    all[0]->channel.push_alone("c");
    all[0]->channel.push("d");
    s.turn();
    CHECK(all[0]->other.segments() == std::vector<std::string>{"ab", "c", "d"});
    CHECK(s.sends() == 3);
}

TEST_CASE("a fan-out costs one send for each follower whatever the number of lines",
          "[calls][broadcast]") {
    const std::size_t followers = GENERATE(1U, 10U, 200U);
    const int lines = GENERATE(1, 7, 100);
    stage s;
    reactor::broadcast stream(s.loop);
    const auto all = make_members(s, followers, &stream);
    for (int i = 0; i < lines; ++i)
        stream.publish("a line for all of them\n");
    s.turn();
    for (const auto& each : all)
        CHECK(each->other.received().size() == static_cast<std::size_t>(lines) * 23);
    CHECK(s.w.count(call::send) == followers);
    CHECK(all_calls(s.w) == followers + 1);
}

TEST_CASE("a line said by one of them costs a receive and a send for each", "[calls][broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    const auto all = make_members(s, 50, &stream);
    all[7]->channel.on_line = [&stream](chat&, const std::string& line) {
        stream.publish(line + '\n');
    };
    for (std::uint64_t i = 1; i <= 20; ++i) {
        all[7]->other.send("hello\nto all\n");
        s.turn();
        REQUIRE(s.w.count(call::recv) == i);
        REQUIRE(s.w.count(call::send) == 50 * i);
        REQUIRE(all_calls(s.w) == 52 * i);
    }
    CHECK(all[0]->other.received().size() == 20 * 13);
}

TEST_CASE("a private line and a published one leave with one call", "[calls][broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    const auto all = make_members(s, 1, &stream);
    SECTION("private first") {
        all[0]->channel.push("a");
        stream.publish("b");
    }
    SECTION("published first") {
        stream.publish("a");
        all[0]->channel.push("b");
    }
    s.turn();
    CHECK(all[0]->other.received() == "ab");
    CHECK(s.sends() == 1);
    CHECK(all_calls(s.w) == 2);
}

TEST_CASE("a pause taken back in the same iteration costs nothing", "[calls]") {
    stage s;
    const auto all = make_members(s, 1);
    chat& channel = all[0]->channel;
    SECTION("in a handler") {
        channel.on_line = [](chat& me, const std::string& line) {
            me.pause_reading();
            me.resume_reading();
            echo(me, line);
        };
        all[0]->other.send("hello\n");
        s.turn();
        CHECK(all_calls(s.w) == 3);
    }
    SECTION("in a posted function") {
        s.loop.post([&channel] {
            channel.pause_reading();
            channel.resume_reading();
        });
        s.turn();
        CHECK(all_calls(s.w) == 1);
    }
    SECTION(
        "in an iteration without input") { // the pause is told to the kernel only when it matters
        channel.pause_reading();
        s.turn();
        channel.resume_reading();
        s.turn();
        CHECK(all_calls(s.w) == 2);
    }
}

TEST_CASE("room is asked for only while there is none", "[calls]") {
    stage s;
    const auto all = make_members(s, 1);
    member& m = *all[0];
    m.other.stop_reading();
    m.channel.push(std::string(60'000, 'x')); // fits
    s.turn(2);
    CHECK(s.changes() == 0);
    m.channel.push(std::string(100'000, 'x'));
    s.turn(2);
    CHECK(m.channel.output_size() > 0);
    CHECK(s.changes() == s.if_epoll(1));
    const auto sends = s.sends();
    m.channel.push("more\n");
    s.turn(2);
    CHECK(s.sends() == sends); // no send without room
    m.other.resume_reading();
    s.turn(2);
    CHECK(m.channel.output_size() == 0);
    CHECK(s.changes() == s.if_epoll(2));
    s.turn(2);
    CHECK(s.changes() == s.if_epoll(2));
    CHECK(s.sends() == sends + 1);
}

TEST_CASE("a post costs a wake-up only when the loop is blocked", "[calls][post]") {
    stage s;
    reactor::work_guard guard(s.loop);
    int ran = 0;
    const auto count = [&ran] { ++ran; };
    SECTION("before the wait") {
        s.loop.post(count);
        s.loop.run_once({});
        CHECK(s.w.count(call::wake_signal) == 0);
        CHECK(s.w.count(call::wake_drain) == 0);
        CHECK(s.waits() == 1);
    }
    SECTION("in an iteration") {
        s.loop.post([&] { s.loop.post(count); });
        s.loop.run_once({});
        s.loop.run_once({});
        CHECK(s.w.count(call::wake_signal) == 0);
        CHECK(s.waits() == 2);
    }
    SECTION("in a wait") {
        s.w.after(10ms, [&] { s.loop.post(count); });
        s.loop.run_once({});
        CHECK(s.w.count(call::wake_signal) == 1);
        CHECK(s.w.count(call::wake_drain) == (s.uses_kqueue() ? 0 : 1)); // its filter clears itself
        CHECK(s.waits() == 1);
    }
    SECTION("many in one wait") {
        s.w.after(10ms, [&] {
            for (int i = 0; i < 100; ++i)
                s.loop.post([] {});
            s.loop.post(count);
            s.loop.stop();
        });
        s.loop.run();
        CHECK(s.w.count(call::wake_signal) == 1);
        CHECK(s.waits() == 1);
    }
    CHECK(ran == 1);
}

TEST_CASE("a post of another thread to a blocked loop costs one wake-up", "[calls][post]") {
    stage s;
    reactor::work_guard guard(s.loop);
    s.w.expect_other_threads(true);
    bool ran = false;
    std::thread poster;
    s.w.after(10ms, [&, handle = s.loop.handle()] { // the loop is blocked from here on
        poster = std::thread([&ran, handle] { handle.post([&ran] { ran = true; }); });
    });
    s.loop.run_once({});
    poster.join();
    CHECK(ran);
    CHECK(s.w.count(call::wake_signal) == 1);
    CHECK(s.waits() == 1);
}

TEST_CASE("a burst of connections costs an accept more than there are", "[calls][listener]") {
    stage s;
    door entrance(s.loop);
    s.turn();
    const auto address = entrance.local_address();
    std::vector<peer> peers;
    for (int i = 0; i < 50; ++i)
        peers.push_back(s.w.connect(address));
    s.w.reset_counts();
    s.turn();
    CHECK(entrance.guests.size() == 50);
    CHECK(s.w.count(call::accept) == 51);
    CHECK(s.changes() == s.if_epoll(50));
    CHECK(all_calls(s.w) == 1 + 51 + s.w.count(call::set_nonblocking) + s.changes());
    s.turn();
    CHECK(s.w.count(call::accept) == 51);
}

TEST_CASE("a close costs a removal and a close", "[calls]") {
    stage s;
    auto all = make_members(s, 2);
    SECTION("by the program") { all[0]->channel.close(); }
    SECTION("by destruction") { all.erase(all.begin()); }
    CHECK(s.w.count(call::close) == 1);
    CHECK(s.changes() == s.if_epoll(1));
    CHECK(all_calls(s.w) == 1 + s.unless_poll(1));
    s.turn();
    CHECK(all_calls(s.w) == 2 + s.unless_poll(1));
}

TEST_CASE("a peer's end costs a receive and a removal and a close", "[calls]") {
    stage s;
    const auto all = make_members(s, 2);
    all[0]->other.close();
    s.turn();
    CHECK(all[0]->channel.seen->closes == 1);
    CHECK(s.w.count(call::recv) == 1);
    CHECK(all_calls(s.w) == 3 + s.unless_poll(1));
}

TEST_CASE("a deadline and a timer cost no call of their own", "[calls][timer]") {
    stage s;
    const auto all = make_members(s, 1);
    all[0]->channel.set_deadline(1h);
    reactor::timer timer(s.loop, [] {});
    timer.start(1h);
    all[0]->other.send("hello\n");
    s.turn();
    CHECK(all_calls(s.w) == 3);
}
