// What followers of a broadcast receive, with which calls and in which order, over the simulated
// world.
#include "support/sim_stage.hpp"

#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace sim_test;

namespace {

std::vector<std::unique_ptr<following>> make_many(stage& s, reactor::broadcast& stream, int count) {
    std::vector<std::unique_ptr<following>> members;
    for (int i = 0; i < count; ++i)
        members.push_back(std::make_unique<following>(s, stream));
    return members;
}

using pieces = std::vector<std::string>;

} // namespace

TEST_CASE("publishing makes no call and touches no follower", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    const auto members = make_many(s, stream, 20);
    s.turn();
    s.w.reset_counts();
    const auto asked = s.loop.counters().asked;
    for (int i = 0; i < 1000; ++i)
        stream.publish("a line\n");
    CHECK(s.sends() == 0);
    CHECK(stream.position() == 7000);
    CHECK(members.front()->place.behind() == 7000);
    s.turn();
    CHECK(s.loop.counters().asked == asked); // nobody is full
    s.no_findings();
}

TEST_CASE("each follower gets what one iteration published in one send", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    const auto members = make_many(s, stream, 10);
    s.turn();
    s.w.reset_counts();
    for (int i = 0; i < 100; ++i)
        stream.publish("x\n");
    s.turn();
    CHECK(s.sends() == 10);
    for (const auto& m : members)
        CHECK(m->other.segments() == pieces{m->other.received()});
    CHECK(members.front()->other.received().size() == 200);
    CHECK(s.loop.counters().iterations == 2);
}

TEST_CASE("a slice that crosses chunks is one send", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop, 64);
    following m(s, stream);
    s.turn();
    stream.publish(std::string(60, 'a')); // ends just before the border
    s.turn();
    s.w.reset_counts();
    const auto bytes = GENERATE(4, 5, 10, 100, 190);
    stream.publish(std::string(static_cast<std::size_t>(bytes), 'b'));
    s.turn();
    CHECK(s.sends() == 1);
    CHECK(m.other.received() ==
          std::string(60, 'a') + std::string(static_cast<std::size_t>(bytes), 'b'));
}

TEST_CASE("pieces published together arrive as one text", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop, 64);
    following m(s, stream);
    const std::vector<std::string_view> words{"<", "a name", "> ", "", "hello", "\n"};
    stream.publish(words);
    s.turn();
    CHECK(m.other.segments() == pieces{"<a name> hello\n"});
}

TEST_CASE("an empty publish sends nothing", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    stream.publish("");
    s.turn();
    CHECK(s.sends() == 0);
    CHECK(stream.position() == 0);
}

TEST_CASE("a follower gets nothing of what was published before it joined", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    following early(s, stream);
    stream.publish("first ");
    following late(s, stream);
    stream.publish("second");
    s.turn();
    CHECK(early.other.received() == "first second");
    CHECK(late.other.received() == "second");
}

TEST_CASE("a private push comes after what was published before it", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    stream.publish("1 ");
    m.channel.push("2 ");
    stream.publish("3 ");
    stream.publish("4 ");
    m.channel.push_exempt("5 ");
    stream.publish("6");
    s.turn();
    CHECK(m.other.received() == "1 2 3 4 5 6");
    CHECK(s.sends() == 1);
}

TEST_CASE("what is pushed alone is joined with no slice", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    stream.publish("before");
    m.channel.push_alone("alone");
    stream.publish("after");
    s.turn();
    CHECK(m.other.segments() == pieces{"before", "alone", "after"});
}

TEST_CASE("what is pushed alone behind a full socket is joined with no slice", "[broadcast]") {
    stage s;
    s.w.set_send_capacity(100);
    s.w.set_receive_capacity(100);
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    m.other.stop_reading();
    stream.publish(std::string(300, 'x'));
    s.turn();
    stream.publish("before");
    m.channel.push_alone("alone");
    stream.publish("after");
    s.turn();
    m.other.resume_reading();
    s.turn(10);
    CHECK(m.other.received() == std::string(300, 'x') + "beforealoneafter");
    const auto segments = m.other.segments();
    REQUIRE(segments.size() >= 3);
    CHECK(segments[segments.size() - 2] == "alone");
    CHECK(segments.back() == "after");
}

TEST_CASE("a producer's output comes between what was published before and after", "[broadcast]") {
    struct counter final : reactor::producer {
        std::string more() override { return left-- > 0 ? std::to_string(left) : std::string{}; }
        int left = 3;
    };
    stage s;
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    stream.publish("before ");
    m.channel.push_with_producer(std::make_unique<counter>());
    stream.publish(" after");
    s.turn(3);
    CHECK(m.other.received() == "before 210 after");
}

TEST_CASE("followers are served in their order of arrival", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    const auto members = make_many(s, stream, 40);
    s.turn();
    for (int i = 0; i < 40; i += 3)
        members[static_cast<std::size_t>(i)]->place.leave();
    members[0]->place.join(stream); // behind all the others now
    s.turn();
    // The n-th send fails: it tells whose turn that was.
    const auto nth = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{27});
    s.w.faults().fail(call::send, EPIPE, {.nth = nth});
    stream.publish("x");
    s.turn();
    const std::size_t expected = nth == 1 ? 1 : nth == 2 ? 2 : nth == 3 ? 4 : 0;
    CHECK(members[expected]->channel.seen->closes == 1);
    CHECK(s.loop.counters().closes == 1);
}

TEST_CASE("a list of followers with many gaps keeps its order and its count", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    auto members = make_many(s, stream, 200);
    for (std::size_t i = 0; i < members.size(); ++i)
        if (i % 5 != 0)
            members[i].reset();
    CHECK(stream.followers() == 40);
    stream.publish("still here\n");
    s.turn();
    stream.publish("and now\n");
    s.turn();
    for (std::size_t i = 0; i < members.size(); i += 5)
        CHECK(members[i]->other.received() == "still here\nand now\n");
    CHECK(s.sends() == 80);
    s.w.faults().fail(call::send, EPIPE);
    stream.publish("x");
    s.turn();
    CHECK(members.front()->channel.seen->closes == 1);
    CHECK(stream.followers() == 39);
}

TEST_CASE("a line of one broadcast is not torn by a line of another", "[broadcast]") {
    stage s;
    s.w.set_send_capacity(50);
    s.w.set_receive_capacity(50);
    reactor::broadcast first(s.loop, 64);
    reactor::broadcast second(s.loop, 64);
    following m(s, first);
    reactor::subscription other_place(m.channel);
    other_place.join(second);
    m.other.stop_reading();
    first.publish(std::string(150, 'a'));
    s.turn(); // 50 bytes fit
    second.publish(std::string(20, 'b'));
    SECTION("by its turn") {}
    SECTION("by a private push") { m.channel.push("c"); }
    SECTION("by leaving") { other_place.leave(); }
    SECTION("by a hold") { m.place.hold(); }
    s.turn();
    m.other.resume_reading();
    s.turn(5);
    CHECK(m.other.received().substr(0, 170) == std::string(150, 'a') + std::string(20, 'b'));
}

TEST_CASE("a line of more chunks than one call takes is not torn", "[broadcast]") {
    stage s;
    reactor::broadcast first(s.loop, 64);
    reactor::broadcast second(s.loop, 64);
    following m(s, first);
    reactor::subscription other_place(m.channel);
    other_place.join(second);
    first.publish(std::string(1000, 'a'));
    second.publish(std::string(1000, 'b'));
    s.turn();
    CHECK(m.other.received() == std::string(1000, 'a') + std::string(1000, 'b'));
}

TEST_CASE("unsent output tells the rest of a line sent in part before all others", "[broadcast]") {
    stage s;
    s.w.set_send_capacity(50);
    s.w.set_receive_capacity(50);
    reactor::broadcast first(s.loop, 64);
    reactor::broadcast second(s.loop, 64);
    following m(s, first);
    reactor::subscription other_place(m.channel);
    other_place.join(second);
    m.other.stop_reading();
    first.publish(std::string(150, 'a'));
    s.turn();
    second.publish("b");
    CHECK(m.channel.unsent_output() == pieces{std::string(100, 'a'), "b"});
    CHECK(m.channel.output_size() == 101);
}
