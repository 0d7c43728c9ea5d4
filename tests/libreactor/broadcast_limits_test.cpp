// What stalled followers cost, and where it ends, over the simulated world.
#include "support/sim_stage.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

using namespace sim_test;

namespace {

std::vector<std::unique_ptr<following>> make_stalled(stage& s, reactor::broadcast& stream,
                                                     int count) {
    std::vector<std::unique_ptr<following>> members;
    for (int i = 0; i < count; ++i) {
        members.push_back(std::make_unique<following>(s, stream));
        members.back()->other.stop_reading();
    }
    return members;
}

void small_sockets(stage& s, std::size_t bytes) {
    s.w.set_send_capacity(bytes);
    s.w.set_receive_capacity(bytes);
}

/// Publishes `bytes` in lines of 100, an iteration for each ten.
void publish_lines(stage& s, reactor::broadcast& stream, std::size_t bytes) {
    for (std::size_t done = 0; done < bytes; done += 100) {
        stream.publish(std::string(99, 'x') + '\n');
        if (done % 1000 == 0)
            s.turn();
    }
    s.turn();
}

} // namespace

TEST_CASE("a thousand stalled followers cost one copy", "[broadcast]") {
    stage s;
    small_sockets(s, 4096);
    reactor::broadcast stream(s.loop, 4096);
    const auto members = make_stalled(s, stream, 1000);
    for (int i = 0; i < 30; ++i) {
        stream.publish(std::string(4000, 'x'));
        s.turn();
    }
    CHECK(members.front()->channel.output_size() > 110'000);
    CHECK(stream.memory() <= 120'000 + 2 * 4096);
    // Each has an empty queue, for the time of its last progress.
    CHECK(s.loop.output_memory() <= stream.memory());
    for (const auto& m : members)
        m->other.resume_reading();
    const auto behind = [](const auto& m) { return m->place.behind() > 0; };
    for (int i = 0; i < 500 && std::any_of(members.begin(), members.end(), behind); ++i)
        s.turn();
    s.turn();
    CHECK(members.front()->other.received().size() == 120'000);
    CHECK(members.back()->other.received() == members.front()->other.received());
    CHECK(s.loop.output_memory() <= 4096);
}

TEST_CASE("a stalled follower is tried again only when it has room", "[broadcast]") {
    stage s;
    small_sockets(s, 100);
    reactor::broadcast stream(s.loop);
    const auto members = make_stalled(s, stream, 1);
    stream.publish(std::string(300, 'x'));
    s.turn(3);
    s.w.reset_counts();
    publish_lines(s, stream, 5000);
    CHECK(s.sends() == 0);
    members.front()->other.read_some(100);
    s.turn(2);
    CHECK(s.sends() == 1);
    s.no_findings();
}

TEST_CASE("the rest of a chunk that one follower still needs is copied out", "[broadcast]") {
    stage s;
    small_sockets(s, 1024);
    reactor::broadcast stream(s.loop, 4096);
    const auto members = make_stalled(s, stream, 1);
    auto& m = *members.front();
    publish_lines(s, stream, 40'000);
    for (int i = 0; i < 200 && m.place.behind() > 0; ++i) {
        m.other.read_some(300);
        s.turn(2);
        // The last chunk stays for the next line.
        REQUIRE(stream.memory() <= 8 * m.place.behind() + 4096);
    }
    CHECK(m.place.behind() == 0);
    CHECK(stream.memory() == 4096);
}

TEST_CASE("output owed to one who left holds at most eight times its bytes", "[broadcast]") {
    stage s;
    small_sockets(s, 1024);
    reactor::broadcast stream(s.loop, 4096);
    const auto members = make_stalled(s, stream, 1);
    auto& m = *members.front();
    publish_lines(s, stream, 20'000);
    m.place.leave(); // now its queue refers to the chunks
    s.turn();
    while (m.channel.output_size() > 0) {
        m.other.read_some(100);
        s.turn();
        const auto own = s.loop.output_memory() - stream.memory();
        const auto bookkeeping = std::size_t{16} * 1024; // of the queue's entries
        REQUIRE(own <= 8 * m.channel.output_size() + bookkeeping);
    }
    CHECK(s.loop.output_memory() == stream.memory());
}

TEST_CASE("a follower past the hard limit is closed and the others go on", "[broadcast]") {
    stage s;
    small_sockets(s, 1000);
    reactor::output_limits limits;
    limits.hard_limit = 10'000;
    SECTION("the policy is to close") {
        limits.at_hard_limit = reactor::output_limits::policy::close;
    }
    SECTION("the policy is to refuse") { // a broadcast cannot
        limits.at_hard_limit = reactor::output_limits::policy::refuse;
    }
    reactor::broadcast stream(s.loop);
    following reader(s, stream);
    const auto members = make_stalled(s, stream, 2);
    for (const auto& m : members)
        m->channel.set_output_limits(limits);
    publish_lines(s, stream, 11'000);
    CHECK(members[0]->channel.seen->closes == 0);
    publish_lines(s, stream, 4'000);
    for (const auto& m : members) {
        CHECK(m->channel.seen->closes == 1);
        CHECK(m->channel.seen->reason == reactor::errc::output_limit);
    }
    CHECK(s.loop.counters().limit_closes == 2);
    CHECK(stream.followers() == 1);
    CHECK(reader.other.received().size() == 15'000);
}

TEST_CASE("exempt output does not bring a follower to the hard limit", "[broadcast]") {
    stage s;
    small_sockets(s, 100);
    reactor::output_limits limits;
    limits.hard_limit = 1000;
    reactor::broadcast stream(s.loop);
    const auto members = make_stalled(s, stream, 1);
    auto& m = *members.front();
    m.channel.set_output_limits(limits);
    CHECK(m.channel.push_exempt(std::string(5000, 'e')));
    s.turn();
    stream.publish(std::string(900, 'x'));
    s.turn();
    CHECK(m.channel.is_open());
    stream.publish(std::string(200, 'x'));
    s.turn();
    CHECK(m.channel.seen->reason == reactor::errc::output_limit);
}

TEST_CASE("the loop's memory limit closes the largest one after another", "[broadcast]") {
    reactor::loop_options options;
    options.max_output_bytes = 200'000;
    stage s(options);
    small_sockets(s, 1000);
    reactor::broadcast stream(s.loop, 1024);
    following reader(s, stream);
    const auto members = make_stalled(s, stream, 3);
    members[1]->channel.push(std::string(3000, 'p')); // the most
    publish_lines(s, stream, 190'000);
    CHECK(members[1]->channel.seen->closes == 0);
    publish_lines(s, stream, 18'000);
    for (const auto& m : members)
        CHECK(m->channel.seen->reason == reactor::errc::memory_limit);
    CHECK(reader.channel.seen->closes == 0);
    CHECK(reader.other.received().size() == 208'000);
    CHECK(s.loop.output_memory() <= 200'000);
}

TEST_CASE("water marks count what broadcasts owe", "[broadcast]") {
    stage s;
    small_sockets(s, 100);
    reactor::output_limits limits;
    limits.high_water = 1000;
    limits.low_water = 200;
    reactor::broadcast stream(s.loop);
    const auto members = make_stalled(s, stream, 1);
    auto& m = *members.front();
    m.channel.set_output_limits(limits);
    stream.publish(std::string(200, 'x')); // so many fit
    s.turn(3);
    stream.publish(std::string(1000, 'x'));
    s.turn();
    CHECK(m.channel.seen->highs == 0);
    stream.publish("y");
    s.turn();
    CHECK(m.channel.seen->highs == 1);
    m.other.read_some(100);
    s.turn(2);
    stream.publish("z");
    s.turn();
    CHECK(m.channel.seen->highs == 1);
    CHECK(m.channel.seen->lows == 0);
    m.other.resume_reading();
    s.turn(10);
    CHECK(m.channel.seen->lows == 1);
    CHECK(m.channel.output_size() == 0);
}

TEST_CASE("the low-water mark is told when a share held back has left", "[broadcast]") {
    stage s;
    reactor::output_limits limits;
    limits.high_water = 1000;
    limits.low_water = 200;
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    m.channel.set_output_limits(limits);
    m.place.hold();
    stream.publish(std::string(600, 'x'));
    m.channel.push(std::string(600, 'p'));
    s.turn();
    CHECK(m.channel.seen->highs == 1);
    CHECK(m.place.behind() == 600);
    CHECK(m.channel.seen->lows == 0);
    SECTION("by the hold's own end") { stream.publish(std::string(500, 'y')); }
    SECTION("by a release") { m.place.release(); }
    s.turn();
    CHECK(m.channel.output_size() == 0);
    CHECK(m.channel.seen->lows == 1);
}
