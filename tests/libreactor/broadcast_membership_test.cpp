// Who follows a broadcast: joining, leaving, holding, and ends of all kinds in every place, over
// the simulated world.
#include "support/sim_stage.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace sim_test;

TEST_CASE("what was published before leaving is still owed", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    stream.publish("owed");
    m.place.leave();
    stream.publish("not owed");
    CHECK_FALSE(m.place.following());
    CHECK(m.place.behind() == 0);
    CHECK(m.channel.output_size() == 4);
    s.turn();
    CHECK(m.other.received() == "owed");
    CHECK(stream.followers() == 0);
}

TEST_CASE("leaving twice and joining anew are harmless", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    m.place.leave();
    m.place.leave();
    CHECK(m.place.join(stream));
    stream.publish("1");
    CHECK(m.place.join(stream)); // leaves first
    stream.publish("2");
    CHECK(stream.followers() == 1);
    s.turn();
    CHECK(m.other.received() == "12");
}

TEST_CASE("joining another broadcast leaves the former one", "[broadcast]") {
    stage s;
    reactor::broadcast first(s.loop);
    reactor::broadcast second(s.loop);
    following m(s, first);
    first.publish("1");
    CHECK(m.place.join(second));
    first.publish("x");
    second.publish("2");
    s.turn();
    CHECK(m.other.received() == "12");
    CHECK(first.followers() == 0);
    CHECK(second.followers() == 1);
}

TEST_CASE("a channel that follows one broadcast twice gets everything twice", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    reactor::subscription again(m.channel);
    CHECK(again.join(stream));
    CHECK(stream.followers() == 2);
    stream.publish("12");
    s.turn();
    CHECK(m.other.received() == "1212");
    m.channel.push("3");
    again.leave();
    stream.publish("4");
    s.turn();
    CHECK(m.other.received() == "121234");
}

TEST_CASE("a channel that is not open or ending cannot join", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    following m(s);
    SECTION("closed") { m.channel.close(); }
    SECTION("ending") { m.channel.close_when_done(); }
    SECTION("detached") { (void)m.channel.detach(); }
    CHECK_FALSE(m.place.join(stream));
    CHECK_FALSE(m.place.following());
    CHECK(stream.followers() == 0);
}

TEST_CASE("a channel cannot follow a broadcast of another loop", "[broadcast]") {
    stage s;
    reactor::loop another;
    reactor::broadcast stream(another);
    following m(s);
    CHECK_FALSE(m.place.join(stream));
}

TEST_CASE("a channel that ends sends what its broadcasts owe", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    SECTION("at once") {}
    SECTION("held back") { m.place.hold(); }
    stream.publish("the last words");
    m.channel.close_when_done();
    stream.publish("too late");
    CHECK(stream.followers() == 0);
    s.turn();
    CHECK(m.other.received() == "the last words");
}

TEST_CASE("a channel that closes leaves all its broadcasts", "[broadcast]") {
    stage s;
    reactor::broadcast first(s.loop);
    reactor::broadcast second(s.loop);
    following m(s, first);
    reactor::subscription another(m.channel);
    another.join(second);
    first.publish("lost");
    m.channel.close();
    CHECK_FALSE(m.channel.push("x"));
    s.turn();
    CHECK(first.followers() == 0);
    CHECK(second.followers() == 0);
    CHECK_FALSE(m.place.following());
    CHECK(m.other.received().empty());
    s.no_findings();
}

TEST_CASE("a share held back waits for its release", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    m.place.hold();
    CHECK(m.place.held());
    stream.publish("held ");
    s.turn(3);
    CHECK(m.other.received().empty());
    m.channel.push("private ");
    s.turn();
    CHECK(m.other.received() == "private ");
    m.place.release();
    m.channel.push("after");
    s.turn();
    CHECK(m.other.received() == "private held after");
}

TEST_CASE("a release without a push sends in the same iteration", "[broadcast]") {
    stage s;
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    m.place.hold();
    stream.publish("held");
    s.turn();
    s.loop.post([&] { m.place.release(); });
    s.turn();
    CHECK(m.other.received() == "held");
    s.w.reset_counts();
    s.pass(50ms);
    CHECK(s.waits() <= 2);
}

TEST_CASE("a hold ends by itself above the high-water mark", "[broadcast]") {
    stage s;
    reactor::output_limits limits;
    limits.high_water = 1000;
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    m.channel.set_output_limits(limits);
    m.place.hold();
    stream.publish(std::string(1000, 'a'));
    s.turn();
    CHECK(m.place.held());
    stream.publish("b");
    s.turn();
    CHECK_FALSE(m.place.held());
    CHECK(m.other.received() == std::string(1000, 'a') + "b");
    stream.publish("c");
    s.turn();
    CHECK(m.other.received().back() == 'c');
}

TEST_CASE("a broadcast's end owes its followers what it published", "[broadcast]") {
    stage s;
    auto stream = std::make_unique<reactor::broadcast>(s.loop);
    following m(s, *stream);
    following held(s, *stream);
    held.place.hold();
    stream->publish("the last words");
    stream.reset();
    CHECK_FALSE(m.place.following());
    CHECK_FALSE(held.place.held());
    s.turn();
    CHECK(m.other.received() == "the last words");
    CHECK(held.other.received() == "the last words");
    CHECK(s.loop.output_memory() == 0);
}

TEST_CASE("a broadcast that outlives its loop does nothing", "[broadcast]") {
    world w;
    std::optional<reactor::loop> loop(std::in_place);
    reactor::broadcast stream(*loop);
    auto pair = w.connect_pair();
    chat channel(*loop, pair.fd);
    reactor::subscription place(channel);
    place.join(stream);
    stream.publish("x");
    loop.reset();
    stream.publish("y");
    CHECK_FALSE(place.join(stream));
    CHECK(pair.other.received().empty());
}

TEST_CASE("any member may go in any member's handler", "[broadcast][E1]") {
    stage s;
    reactor::broadcast stream(s.loop);
    std::vector<std::unique_ptr<following>> members;
    for (int i = 0; i < 5; ++i)
        members.push_back(std::make_unique<following>(s, stream));
    auto& actor = *members[2];
    const auto whom = GENERATE(std::size_t{0}, std::size_t{2}, std::size_t{4});
    enum class way { close, leave, destroy, end };
    const auto how = GENERATE(way::close, way::leave, way::destroy, way::end);
    actor.channel.on_line = [&](chat&, const std::string&) {
        stream.publish("before ");
        auto& m = *members[whom];
        if (how == way::close)
            m.channel.close();
        else if (how == way::leave)
            m.place.leave();
        else if (how == way::end)
            m.channel.close_when_done();
        else
            members[whom].reset();
        stream.publish("after");
    };
    s.turn();
    actor.other.send("go\n");
    s.turn(2);
    CHECK(stream.followers() == 4);
    for (std::size_t i = 0; i < members.size(); ++i)
        if (i != whom)
            CHECK(members[i]->other.received() == "before after");
    if (members[whom])
        CHECK(members[whom]->other.received() == (how == way::close ? "" : "before "));
    s.no_findings();
}

TEST_CASE("a broadcast may go in a member's close handler", "[broadcast][E33]") {
    stage s;
    auto stream = std::make_unique<reactor::broadcast>(s.loop);
    following first(s, *stream);
    following second(s, *stream);
    following third(s, *stream);
    second.channel.on_close = [&](chat&, std::error_code) {
        if (stream)
            stream->publish("gone\n");
        stream.reset();
    };
    second.channel.close();
    first.channel.close();
    s.turn(2);
    CHECK(third.other.received() == "gone\n");
    CHECK(first.channel.seen->closes == 1);
    CHECK(second.channel.seen->closes == 1);
    CHECK_FALSE(third.place.following());
}

TEST_CASE("a farewell published in each close handler reaches those who stay", "[broadcast][E33]") {
    stage s;
    reactor::broadcast stream(s.loop);
    std::vector<std::unique_ptr<following>> members;
    for (int i = 0; i < 6; ++i) {
        members.push_back(std::make_unique<following>(s, stream));
        members.back()->channel.on_close = [&](chat&, std::error_code) { stream.publish("bye\n"); };
    }
    s.turn();
    for (int i = 0; i < 5; ++i)
        members[static_cast<std::size_t>(i)]->channel.close();
    s.turn();
    CHECK(members.back()->other.received() == "bye\nbye\nbye\nbye\nbye\n");
    CHECK(stream.followers() == 1);
}

TEST_CASE("a channel that opens again in its close handler may join again", "[broadcast][E1]") {
    stage s;
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    auto [fd, other] = s.w.connect_pair();
    m.channel.on_close = [&, number = fd](chat& me, std::error_code) {
        CHECK_FALSE(m.place.following());
        me.set_socket(reactor::unique_fd{number});
        CHECK(m.place.join(stream));
        stream.publish("again");
    };
    stream.publish("lost");
    m.channel.close();
    s.turn(2);
    CHECK(m.other.received().empty());
    CHECK(other.received() == "again");
    s.no_findings();
}
