// Broadcasts at their limits, over the simulated world.
#include "support/sim_stage.hpp"

#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace sim_test;

namespace {

/// A channel, its peer and its place in a broadcast.
struct member {
    member(stage& s, reactor::broadcast& stream) : member(s, s.w.connect_pair(), stream) {}
    member(stage& s, connected_pair pair, reactor::broadcast& stream)
        : other(std::move(pair.other)), channel(s.loop, pair.fd), place(channel) {
        place.join(stream);
    }

    peer other;
    chat channel;
    reactor::subscription place;
};

std::string pattern(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; text.size() < bytes; ++i)
        text += std::to_string(i) + ' ';
    text.resize(bytes);
    return text;
}

} // namespace

TEST_CASE("a publish of many chunks reaches a follower without another one", "[broadcast][E37]") {
    stage s;
    reactor::broadcast stream(s.loop, 64);
    member m(s, stream);
    s.turn();
    const auto text = pattern(10'000);
    stream.publish(text);
    s.turn(5);
    CHECK(m.other.received() == text);
    CHECK(m.place.behind() == 0);
    s.no_findings();
}

TEST_CASE("followers get each publish in their order of arrival", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    std::vector<std::unique_ptr<member>> members;
    for (int i = 0; i < 4; ++i) {
        members.push_back(std::make_unique<member>(s, stream));
        stream.publish("x");
        s.turn();
    }
    stream.publish("y");
    s.w.faults().fail(call::send, EIO);
    s.turn();
    CHECK(members.front()->channel.seen->closes ==
          1); // the first send of the round was the first one's
}

TEST_CASE("a stream gives its memory back when its followers have caught up", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop, 4096);
    member m(s, stream);
    m.other.stop_reading();
    for (int i = 0; i < 400; ++i) {
        stream.publish(pattern(1000));
        s.turn();
    }
    CHECK(stream.memory() >= m.place.behind());
    SECTION("by reading") { m.other.resume_reading(); }
    SECTION("by closing") { m.channel.close(); }
    SECTION("by leaving and reading") {
        m.place.leave();
        m.other.resume_reading();
    }
    s.turn(20);
    CHECK(stream.memory() <= 4096);
    CHECK(s.loop.output_memory() <= 4096);
}

TEST_CASE("the loop's memory limit closes the largest and spares the others", "[broadcast]") {
    reactor::loop_options options;
    options.max_output_bytes = 256 * 1024;
    stage s(options);
    reactor::broadcast stream(s.loop);
    reactor::broadcast quiet(s.loop);
    member big(s, stream);
    member small(s, quiet);
    big.other.stop_reading();
    small.other.stop_reading();
    small.channel.push(pattern(132 * 1024)); // 4 KiB more than the socket takes
    s.turn();
    REQUIRE(small.channel.output_size() > 0);
    for (int i = 0; i < 600 && big.channel.is_open(); ++i) {
        stream.publish(pattern(1000));
        s.turn();
    }
    CHECK(big.channel.seen->closes == 1);
    CHECK(big.channel.seen->reason == reactor::errc::memory_limit);
    CHECK(small.channel.seen->closes == 0);
    CHECK(s.loop.counters().limit_closes == 1);
}
