// Producers: output that is made when there is room for it.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

class made_by : public reactor::producer {
public:
    explicit made_by(std::function<std::string()> function) : function_(std::move(function)) {}
    std::string more() override { return function_(); }

private:
    std::function<std::string()> function_;
};

/// Gives `text` in slices, as asynchat's simple_producer.
class slices : public reactor::producer {
public:
    slices(std::string text, std::size_t size) : text_(std::move(text)), size_(size) {}
    std::string more() override {
        auto slice = text_.substr(at_, size_);
        at_ += slice.size();
        return slice;
    }

private:
    std::string text_;
    std::size_t size_;
    std::size_t at_ = 0;
};

struct producer_test : loop_fixture {
    explicit producer_test(int buffer_bytes = 0) : pair(make_socket_pair(AF_UNIX, buffer_bytes)) {
        pump({&peer});
    }

    support::socket_pair pair;
    hooked::lines channel{loop, std::move(pair.ours)};
    scripted_peer peer{std::move(pair.theirs)};
};

} // namespace

TEST_CASE("producers and pushes leave in the order in which they were queued", "[producer]") {
    producer_test t;
    t.channel.push("<");
    t.channel.push_with_producer(std::make_unique<slices>("hello world", 4));
    t.channel.push("|");
    t.channel.push_with_producer(std::make_unique<slices>("", 4));
    t.channel.push_with_producer(std::make_unique<slices>("again", 1));
    t.channel.push(">");
    t.run_until("all is there", [&] { return t.peer.received().ends_with('>'); });
    CHECK(t.peer.received() == "<hello world|again>");
    CHECK(t.loop.output_memory() == 0);
}

TEST_CASE("an exhausted producer takes nothing with it", "[producer][defect34]") {
    producer_test t;
    t.channel.push_with_producer(std::make_unique<slices>("", 1));
    t.channel.push("next item");
    t.run_until("it is there", [&] { return t.peer.received() == "next item"; });
}

TEST_CASE("a producer is not asked inside the push", "[plain][producer]") {
    producer_test t;
    int asked = 0;
    t.channel.push_with_producer(std::make_unique<made_by>([&] {
        ++asked;
        return std::string{};
    }));
    CHECK(asked == 0);
    t.loop.run_once();
    CHECK(asked == 1);
}

TEST_CASE("a producer is asked only while less than the low-water mark is pending", "[producer]") {
    producer_test t(4096);
    reactor::output_limits limits;
    limits.low_water = 8 * 1024;
    t.channel.set_output_limits(limits);
    t.peer.never_read();
    std::size_t most_pending = 0;
    int left = 500;
    t.channel.push_with_producer(std::make_unique<made_by>([&] {
        most_pending = std::max(most_pending, t.channel.output_size());
        return left-- > 0 ? std::string(1024, 'p') : std::string{};
    }));
    t.iterate(20);
    const int left_blocked = left;
    CHECK(left_blocked > 0);
    t.iterate(20);
    CHECK(left == left_blocked);
    t.peer.read_again();
    t.run_until("all is there", [&] { return t.peer.received().size() == 500 * 1024; });
    CHECK(most_pending < limits.low_water);
}

TEST_CASE("what a producer throws goes to handle_error", "[producer][E41][defect36]") {
    producer_test t;
    t.channel.push("before");
    t.channel.push_with_producer(
        std::make_unique<made_by>([]() -> std::string { throw std::runtime_error("no more"); }));
    SECTION("and by default the channel is closed") {
        t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
        CHECK(t.channel.reason == std::errc::interrupted);
    }
    SECTION("and a channel that stays open goes on behind it") {
        t.channel.on_error = [](std::exception_ptr) {};
        t.channel.push("after");
        t.run_until("the rest is there", [&] { return t.peer.received() == "beforeafter"; });
    }
    CHECK(t.channel.errors == std::vector<std::string>{"no more"});
}

TEST_CASE("a producer may push and its push comes behind what it makes", "[producer]") {
    producer_test t;
    int left = 2;
    t.channel.push_with_producer(std::make_unique<made_by>([&] {
        t.channel.push("!");
        return left-- > 0 ? std::string("p") : std::string{};
    }));
    t.run_until("all is there", [&] { return t.peer.received().size() == 5; });
    CHECK(t.peer.received() == "pp!!!");
}

TEST_CASE("a producer may close its channel", "[producer][E39]") {
    producer_test t;
    t.channel.push_with_producer(std::make_unique<made_by>([&] {
        t.channel.close();
        return std::string("lost");
    }));
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.loop.output_memory() == 0);
}

TEST_CASE("a producer may destroy its channel", "[plain][producer][E39]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    auto channel = std::make_unique<hooked::lines>(f.loop, std::move(pair.ours));
    channel->push_with_producer(std::make_unique<made_by>([&] {
        channel.reset();
        return std::string("lost");
    }));
    f.run_until("the peer sees the end", [&] { return peer.ended(); });
    CHECK(peer.received().empty());
    CHECK(f.loop.size() == 0);
}

TEST_CASE("close_when_done waits for what a producer still makes", "[producer]") {
    producer_test t(4096);
    t.channel.push_with_producer(std::make_unique<slices>(std::string(300'000, 'x'), 512));
    t.channel.close_when_done();
    CHECK_FALSE(t.channel.push_with_producer(std::make_unique<slices>("late", 1)));
    t.run_until("the end is read", [&] { return t.peer.ended(); });
    CHECK(t.peer.received() == std::string(300'000, 'x'));
}

TEST_CASE("a producer for a channel that is not open is refused", "[producer]") {
    producer_test t;
    t.channel.close();
    CHECK_FALSE(t.channel.push_with_producer(std::make_unique<slices>("x", 1)));
    CHECK_FALSE(t.channel.push_with_producer(nullptr));
}
