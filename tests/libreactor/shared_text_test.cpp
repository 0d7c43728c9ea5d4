// Texts that many channels send from one place in memory, over the simulated world.
#include "support/sim_stage.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace sim_test;

namespace {

/// So many bytes, no two stretches of them alike.
std::string long_text(std::size_t bytes) {
    std::string text;
    for (int i = 0; text.size() < bytes; ++i)
        text += std::to_string(i) + ' ';
    text.resize(bytes);
    return text;
}

void small_sockets(stage& s, std::size_t bytes) {
    s.w.set_send_capacity(bytes);
    s.w.set_receive_capacity(bytes);
}

std::vector<std::unique_ptr<following>> make_askers(stage& s, int count) {
    std::vector<std::unique_ptr<following>> made;
    for (int i = 0; i < count; ++i) {
        made.push_back(std::make_unique<following>(s));
        made.back()->other.stop_reading();
    }
    return made;
}

} // namespace

TEST_CASE("many channels send one text from one place in memory", "[shared_text]") {
    stage s;
    small_sockets(s, 1000);
    const auto text = long_text(20'000);
    reactor::shared_text shared(s.loop, text);
    CHECK(shared.view() == text);
    CHECK(s.loop.output_memory() == text.size());
    const auto askers = make_askers(s, 100);
    for (const auto& a : askers)
        CHECK(a->channel.push_shared(shared));
    shared = {};
    s.turn();
    CHECK(askers.front()->channel.output_size() == text.size() - 1000);
    constexpr std::size_t entry = 200; // in a queue
    CHECK(s.loop.output_memory() <= text.size() + 100 * entry);
    for (const auto& a : askers)
        a->other.resume_reading();
    s.turn(100);
    for (const auto& a : askers)
        REQUIRE(a->other.received() == text);
    CHECK(s.loop.output_memory() == 0);
    s.no_findings();
}

TEST_CASE("a shared text has its place in the order of a channel's output", "[shared_text]") {
    stage s;
    const std::size_t capacity = GENERATE(700U, 100'000U);
    small_sockets(s, capacity);
    reactor::broadcast stream(s.loop);
    following m(s, stream);
    const auto text = long_text(2000);
    const reactor::shared_text shared(s.loop, text);
    m.channel.push("1 ");
    stream.publish("2 ");
    m.channel.push_shared(shared);
    stream.publish("3 ");
    m.channel.push("4 ");
    m.channel.push_shared_exempt(shared);
    m.channel.push_shared(shared);
    m.channel.push_alone("5 ");
    m.channel.push_shared(shared);
    m.channel.close_when_done();
    s.turn(50);
    CHECK(m.other.received() == "1 2 " + text + "3 4 " + text + text + "5 " + text);
    CHECK(m.other.ended());
}

TEST_CASE("who asked before a text changed gets the former one whole", "[shared_text]") {
    stage s;
    small_sockets(s, 500);
    const auto askers = make_askers(s, 2);
    const auto former = long_text(3000);
    const std::string later(4000, 'n');
    reactor::shared_text shared(s.loop, former);
    askers[0]->channel.push_shared(shared);
    s.turn();
    shared = reactor::shared_text(s.loop, later);
    askers[1]->channel.push_shared(shared);
    askers[0]->channel.push_shared(shared);
    shared = {};
    for (const auto& a : askers)
        a->other.resume_reading();
    s.turn(50);
    CHECK(askers[0]->other.received() == former + later);
    CHECK(askers[1]->other.received() == later);
    CHECK(s.loop.output_memory() == 0);
}

TEST_CASE("what one slow peer is owed of a text holds at most eight times its bytes",
          "[shared_text]") {
    stage s;
    small_sockets(s, 100);
    auto a = std::move(make_askers(s, 1).front());
    const auto text = long_text(10'000);
    a->channel.push_shared(reactor::shared_text(s.loop, text));
    s.turn();
    while (a->channel.output_size() > 0) {
        a->other.read_some(70);
        s.turn();
        REQUIRE(s.loop.output_memory() <= 8 * a->channel.output_size() + 500);
    }
    a->other.resume_reading();
    s.turn(3);
    CHECK(a->other.received() == text);
}

TEST_CASE("a shared text counts for the limits of each channel", "[shared_text]") {
    stage s;
    small_sockets(s, 100);
    reactor::output_limits limits;
    limits.high_water = 1000;
    limits.hard_limit = 5000;
    const auto askers = make_askers(s, 2);
    for (const auto& a : askers)
        a->channel.set_output_limits(limits);
    const reactor::shared_text shared(s.loop, long_text(3000));
    CHECK(askers[0]->channel.push_shared(shared));
    CHECK(askers[0]->channel.output_size() == 3000);
    s.turn();
    CHECK(askers[0]->channel.seen->highs == 1);
    CHECK_FALSE(askers[0]->channel.push_shared(shared));
    for (int i = 0; i < 3; ++i)
        CHECK(askers[1]->channel.push_shared_exempt(shared));
    s.turn();
    CHECK(askers[0]->channel.seen->reason == reactor::errc::output_limit);
    CHECK(askers[1]->channel.is_open());
    CHECK(askers[1]->channel.push("more"));
}

TEST_CASE("a short shared text is copied", "[shared_text]") {
    stage s;
    following m(s);
    reactor::shared_text none;
    CHECK(none.empty());
    CHECK(m.channel.push_shared(none));
    CHECK(m.channel.output_size() == 0);
    CHECK(m.channel.push_shared(reactor::shared_text(s.loop, "")));
    CHECK(m.channel.push_shared(reactor::shared_text(s.loop, "short")));
    CHECK(m.channel.output_size() == 5);
    s.turn();
    CHECK(m.other.received() == "short");
}

TEST_CASE("a shared text of another loop is copied", "[shared_text]") {
    stage s;
    small_sockets(s, 1000);
    const auto text = long_text(3000);
    std::optional<reactor::loop> other(std::in_place);
    const reactor::shared_text shared(*other, text);
    following m(s);
    m.channel.push_shared(shared);
    CHECK(s.loop.output_memory() >= text.size());
    CHECK(other->output_memory() == text.size());
    s.turn(20);
    CHECK(m.other.received() == text);
    other.reset(); // the text outlives its loop
    CHECK(shared.view() == text);
    m.channel.push_shared(shared);
    s.turn(20);
    CHECK(m.other.received() == text + text);
    CHECK(s.loop.output_memory() == 0);
}

TEST_CASE("a channel that is not open takes no shared text", "[shared_text]") {
    stage s;
    const reactor::shared_text shared(s.loop, long_text(1000));
    following m(s);
    chat closed(s.loop);
    m.channel.close_when_done();
    for (reactor::async_chat* c : {static_cast<reactor::async_chat*>(&m.channel),
                                   static_cast<reactor::async_chat*>(&closed)}) {
        CHECK_FALSE(c->push_shared(shared));
        CHECK_FALSE(c->push_shared_exempt(shared));
    }
}

TEST_CASE("the unsent part of a shared text moves with its channel", "[shared_text]") {
    stage s;
    small_sockets(s, 500);
    auto a = std::move(make_askers(s, 1).front());
    const auto text = long_text(3000);
    a->channel.push("before ");
    a->channel.push_shared(reactor::shared_text(s.loop, text));
    s.turn();
    const auto whole = "before " + text;
    CHECK(a->channel.unsent_output() == std::vector<std::string>{whole.substr(500)});
}

TEST_CASE("a shared text is let go of with its channel and with its loop", "[shared_text]") {
    std::optional<stage> s(std::in_place);
    small_sockets(*s, 500);
    reactor::shared_text shared(s->loop, long_text(3000));
    auto askers = make_askers(*s, 3);
    for (const auto& a : askers)
        a->channel.push_shared(shared);
    s->turn();
    askers[0]->channel.close();
    askers[1]->channel.discard_buffers();
    s->turn();
    CHECK(s->loop.output_memory() <= 3000 + 2 * 200);
    askers.clear();
    CHECK(s->loop.output_memory() == 3000);
    shared = {};
    CHECK(s->loop.output_memory() == 0);
}
