// Followers with something special about them, in the middle of others that a flush serves without
// touching their channels.
#include "support/sim_stage.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

using namespace sim_test;

namespace {

/// Five followers who have got something before: the flush has nothing to learn about them.
struct row {
    row() {
        for (auto& member : members)
            member = std::make_unique<following>(s, stream);
        stream.publish("hello\n");
        s.turn();
        for (auto& member : members)
            member->other.take();
        s.w.reset_counts();
    }

    [[nodiscard]] following& odd() { return *members[2]; }
    [[nodiscard]] int odd_fd() { return odd().channel.fileno(); }
    /// What all but the odd one got is `text`, in so many sends each.
    void others_got(const std::string& text, std::size_t sends = 1) {
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (i == 2)
                continue;
            CHECK(members[i]->other.received() == text);
            CHECK(members[i]->other.segments().size() == sends);
            CHECK(members[i]->channel.output_size() == 0);
        }
    }

    stage s;
    reactor::broadcast stream{s.loop, 4096};
    std::array<std::unique_ptr<following>, 5> members;
};

using pieces = std::vector<std::string>;

} // namespace

TEST_CASE("a follower with output of its own stands among others", "[broadcast]") {
    row r;
    r.stream.publish("1 ");
    r.odd().channel.push("own ");
    r.stream.publish("2 ");
    r.s.turn();
    r.others_got("1 2 ");
    CHECK(r.odd().other.segments() == pieces{"1 own 2 "});
    CHECK(r.s.sends() == 5);
    r.s.no_findings();
}

TEST_CASE("a follower that a failing send closes stands among others", "[broadcast]") {
    row r;
    r.stream.publish("1 ");
    r.s.w.faults().fail(call::send, EIO, {.fd = r.odd_fd()});
    r.s.turn();
    r.others_got("1 ");
    CHECK(r.odd().channel.seen->closes == 1);
    CHECK(r.odd().channel.seen->reason == system_code(EIO));
    CHECK(r.stream.followers() == 4);
    CHECK(r.s.sends() == 5);
}

TEST_CASE("a follower closed before the flush stands among others", "[broadcast]") {
    row r;
    r.stream.publish("1 ");
    r.odd().channel.close();
    r.s.turn();
    r.others_got("1 ");
    CHECK(r.odd().channel.seen->closes == 1);
    CHECK(r.s.sends() == 4);
}

TEST_CASE("a follower that left among others gets nothing more", "[broadcast]") {
    row r;
    r.stream.publish("1 ");
    r.odd().place.leave();
    r.stream.publish("2 ");
    r.s.turn();
    r.others_got("1 2 ");
    CHECK(r.odd().other.received() == "1 ");
}

TEST_CASE("a follower whose socket is full stands among others", "[broadcast]") {
    row r;
    r.stream.publish("first ");
    SECTION("a send that takes nothing") {
        r.s.w.faults().fail(call::send, EAGAIN, {.fd = r.odd_fd()});
    }
    SECTION("a send that takes a part of the shared slice") {
        r.s.w.faults().shorten(call::send, 3, {.fd = r.odd_fd()});
        r.s.w.faults().fail(call::send, EAGAIN, {.nth = 2, .fd = r.odd_fd()});
    }
    r.odd().other.stop_reading();
    r.s.turn();
    r.others_got("first ");
    CHECK(r.odd().channel.output_size() > 0);
    CHECK(r.s.sends() == 5);
    // The next slice is no longer everybody's, and comes behind what waits for room.
    r.stream.publish("second ");
    r.odd().other.resume_reading();
    r.s.w.faults().clear();
    r.s.turn(3);
    r.others_got("first second ", 2);
    CHECK(r.odd().other.received() == "first second ");
    CHECK(r.odd().channel.output_size() == 0);
    r.s.no_findings();
}

TEST_CASE("a follower without room is not tried again beside the others", "[broadcast]") {
    row r;
    r.odd().other.stop_reading();
    while (r.odd().channel.output_size() == 0) { // whole slices until one takes nothing
        r.stream.publish(std::string(512, 'x'));
        r.s.turn();
    }
    r.s.w.reset_counts();
    for (int i = 0; i < 3; ++i) {
        r.stream.publish("more ");
        r.s.turn();
    }
    CHECK(r.s.sends() == 12);
    CHECK(r.odd().place.behind() == 512 + 15);
    r.s.no_findings();
}

TEST_CASE("a send that is interrupted is repeated for its follower alone", "[broadcast]") {
    row r;
    r.stream.publish("1 ");
    r.s.w.faults().fail(call::send, EINTR, {.fd = r.odd_fd()});
    r.s.turn();
    r.others_got("1 ");
    CHECK(r.odd().other.segments() == pieces{"1 "});
    CHECK(r.s.sends() == 6);
}

TEST_CASE("groups of followers at different places get a slice each", "[broadcast]") {
    row r;
    for (const std::size_t behind : {1, 3})
        r.members[behind]->place.hold();
    r.stream.publish("1 ");
    r.s.turn();
    r.stream.publish("2 ");
    for (const std::size_t behind : {1, 3})
        r.members[behind]->place.release();
    r.s.turn();
    for (const auto& member : r.members)
        CHECK(member->other.received() == "1 2 ");
    CHECK(r.members[1]->other.segments().size() == 1);
    CHECK(r.members[2]->other.segments().size() == 2);
    CHECK(r.s.sends() == 8);
    r.stream.publish("3 ");
    r.s.turn();
    for (const auto& member : r.members)
        CHECK(member->other.received() == "1 2 3 ");
    CHECK(r.s.sends() == 13);
}

TEST_CASE("a slice over two chunks is one gathered send for each follower", "[broadcast]") {
    row r;
    const std::string text(4096, 'x');
    r.stream.publish(text);
    r.s.turn();
    r.others_got(text);
    CHECK(r.odd().other.segments() == pieces{text});
    CHECK(r.s.w.count(call::sendmsg) == 5);
    r.stream.publish("1 "); // within a chunk again
    r.s.turn();
    CHECK(r.s.w.count(call::send) == 5);
    CHECK(r.stream.memory() <= 4096);
}

TEST_CASE("a slice does not pass what a channel could not send within the budget", "[broadcast]") {
    stage s({.flush_sends = 2});
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    stream.publish("0 ");
    s.turn();
    for (const char* piece : {"1 ", "2 ", "3 "})
        m.channel.push_alone(piece);
    s.turn(); // two of them; now broadcasts begin the flush
    stream.publish("4 ");
    s.turn(2);
    CHECK(m.other.received() == "0 1 2 3 4 ");
}

TEST_CASE("a publish before the low-water mark is told does not make it be forgotten",
          "[broadcast]") {
    row r;
    const reactor::output_limits limits{.high_water = 100, .low_water = 50};
    r.odd().channel.set_output_limits(limits);
    auto& first = r.members[0]->channel;
    first.on_close = [&](chat&, std::error_code) { r.stream.publish(std::string(60, 'x')); };
    r.s.w.faults().fail(call::send, EIO, {.fd = first.fileno()});
    first.push("fails");
    r.odd().channel.push(std::string(200, 'o'));
    r.s.turn();
    REQUIRE(r.odd().channel.seen->highs == 1);
    CHECK(first.seen->closes == 1);
    CHECK(r.odd().other.received().size() == 260);
    CHECK(r.odd().channel.seen->lows == 1);
}

TEST_CASE("a follower above its high-water mark hears of the low one among others", "[broadcast]") {
    row r;
    const reactor::output_limits limits{.high_water = 100, .low_water = 50};
    r.odd().channel.set_output_limits(limits);
    r.odd().place.hold();
    r.stream.publish(std::string(90, 'x'));
    r.odd().channel.push(std::string(20, 'o')); // with what is held back: above
    r.s.turn();
    REQUIRE(r.odd().channel.seen->highs == 1);
    r.stream.publish(std::string(20, 'x')); // ends the hold
    r.s.turn();
    CHECK(r.odd().channel.seen->lows == 1);
    CHECK(r.odd().other.received().size() == 130);
    r.s.no_findings();
}
