// What push queues and what the flush makes of it: the fewest sends, in order, all of it.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

struct push_test : loop_fixture {
    explicit push_test(int family = AF_INET, int buffer_bytes = 0)
        : pair(make_socket_pair(family, buffer_bytes)) {
        pump({&peer});
    }

    support::socket_pair pair;
    hooked::lines channel{loop, std::move(pair.ours)};
    scripted_peer peer{std::move(pair.theirs)};
};

/// Bytes that show where they belong.
std::string pattern(std::size_t size) {
    std::string text;
    while (text.size() < size)
        text += std::to_string(text.size()) + ",";
    text.resize(size);
    return text;
}

} // namespace

TEST_CASE("two pushes of one iteration are one send", "[plain][push][E46][defect28]") {
    push_test t;
    CHECK(t.channel.push("hello "));
    CHECK(t.channel.push("world"));
    CHECK(t.counters().sends == 0);
    CHECK(t.channel.output_size() == 11);
    t.loop.run_once();
    CHECK(t.counters().sends == 1);
    CHECK(t.channel.output_size() == 0);
    t.run_until("the peer reads it", [&] { return t.peer.received().size() == 11; });
    CHECK(t.peer.pieces() == strings{"hello world"});
}

TEST_CASE("answers to all lines of one read are one send", "[push][E46]") {
    push_test t;
    t.channel.on_line = [&](std::string_view line) {
        t.channel.push(line);
        t.channel.push("\n");
    };
    t.deliver(t.peer, "a\nb\nc\nd\n");
    t.run_until("the answers are there", [&] { return t.peer.received() == "a\nb\nc\nd\n"; });
    CHECK(t.counters().sends == 1);
}

TEST_CASE("a push copies what it is given", "[push][defect37]") {
    push_test t;
    std::string text = "before";
    t.channel.push(text);
    text = "after!";
    t.run_until("the peer reads it", [&] { return t.peer.received() == "before"; });
}

TEST_CASE("an empty push sends nothing", "[push]") {
    push_test t;
    CHECK(t.channel.push(""));
    CHECK(t.channel.push_alone(""));
    t.iterate(3);
    CHECK(t.counters().sends == 0);
    CHECK(t.channel.output_size() == 0);
}

TEST_CASE("no send joins what was pushed alone with its neighbours", "[plain][push][E46]") {
    push_test t;
    t.channel.push("a");
    t.channel.push("b");
    t.channel.push_alone("greeting");
    t.channel.push("c");
    t.channel.push_exempt("d");
    CHECK(t.channel.unsent_output() == strings{"ab", "greeting", "cd"});
    t.loop.run_once();
    CHECK(t.counters().sends == 3);
    t.run_until("all is there", [&] { return t.peer.received() == "abgreetingcd"; });
}

TEST_CASE("two things pushed alone stay two", "[plain][push]") {
    push_test t;
    t.channel.push_alone("one");
    t.channel.push_alone("two");
    CHECK(t.channel.unsent_output() == strings{"one", "two"});
    t.loop.run_once();
    CHECK(t.counters().sends == 2);
}

TEST_CASE("exempt output joins ordinary output in one send", "[plain][push]") {
    push_test t;
    t.channel.push("a");
    t.channel.push_exempt("b");
    t.channel.push("c");
    t.loop.run_once();
    CHECK(t.counters().sends == 1);
}

TEST_CASE("a boundary holds where the kernel took a part only", "[push]") {
    push_test t(AF_UNIX, 4096);
    t.peer.never_read();
    const auto big = pattern(100'000);
    t.channel.push(big);
    t.channel.push_alone("greeting");
    t.channel.push("rest");
    t.iterate(5);
    const auto left = t.channel.unsent_output();
    REQUIRE(left.size() == 3);
    CHECK(left[0].size() < big.size());
    CHECK(big.ends_with(left[0]));
    CHECK(left[1] == "greeting");
    CHECK(left[2] == "rest");
    t.peer.read_again();
    t.run_until("all is there", [&] { return t.channel.output_size() == 0; });
    t.iterate();
    CHECK(t.peer.received() == big + "greetingrest");
}

TEST_CASE("output far above the socket's room arrives whole and in order", "[push]") {
    const int family = GENERATE(AF_INET, AF_INET6, AF_UNIX);
    if (!support::family_available(family))
        SKIP("no IPv6 here");
    push_test t(family);
    std::string all;
    for (int i = 0; i < 300; ++i) {
        all += pattern(static_cast<std::size_t>(i) * 60 + 1) + "|";
        t.channel.push(
            std::string_view{all}.substr(all.size() - static_cast<std::size_t>(i) * 60 - 2));
    }
    CHECK(t.channel.output_size() == all.size());
    t.run_until("all is there", [&] { return t.peer.received().size() >= all.size(); });
    CHECK(t.peer.received() == all);
    CHECK(t.channel.output_size() == 0);
    CHECK(t.loop.output_memory() == 0);
}

TEST_CASE("what is pushed in an iteration has been offered to the kernel before it ends",
          "[plain][push]") {
    push_test t(AF_UNIX);
    t.loop.post([&] { t.channel.push("posted"); });
    t.loop.run({}, 1);
    t.peer.pump();
    CHECK(t.peer.received() == "posted");
    t.loop.post([&] {
        t.channel.push(" and stopped");
        t.loop.stop();
    });
    t.loop.run();
    t.peer.pump();
    CHECK(t.peer.received() == "posted and stopped");
}

TEST_CASE("what handle_close of one channel pushes to another leaves in the same iteration",
          "[plain][push]") {
    push_test t(AF_UNIX);
    auto other = make_socket_pair(AF_UNIX);
    hooked::lines leaver(t.loop, std::move(other.ours));
    leaver.on_close = [&](std::error_code) { t.channel.push("it left"); };
    leaver.close();
    t.loop.run_once();
    t.peer.pump();
    CHECK(t.peer.received() == "it left");
}

TEST_CASE("a push to a channel that is not open is refused", "[push]") {
    push_test t;
    SECTION("never opened") {
        hooked::lines idle(t.loop);
        CHECK_FALSE(idle.push("x"));
        CHECK(idle.output_size() == 0);
    }
    SECTION("closed") {
        t.channel.close();
        CHECK_FALSE(t.channel.push("x"));
        CHECK_FALSE(t.channel.push_exempt("x"));
        CHECK_FALSE(t.channel.push_alone("x"));
        t.iterate();
        CHECK_FALSE(t.channel.push("x"));
    }
    SECTION("ending") {
        CHECK(t.channel.push("last"));
        t.channel.close_when_done();
        CHECK_FALSE(t.channel.push("x"));
        CHECK_FALSE(t.channel.push_exempt("x"));
        CHECK_FALSE(t.channel.push_alone("x"));
        t.run_until("the end is read", [&] { return t.peer.ended(); });
        CHECK(t.peer.received() == "last");
    }
}

TEST_CASE("closing drops what is pending", "[plain][push]") {
    push_test t;
    t.channel.push("never sent");
    t.channel.close();
    t.iterate();
    t.run_until("the end is read", [&] { return t.peer.ended(); });
    CHECK(t.peer.received().empty());
    CHECK(t.loop.output_memory() == 0);
}

TEST_CASE("a flush that its budget cuts short goes on at once", "[plain][push]") {
    constexpr std::size_t count = 10;
    loop_fixture f({.flush_sends = 3});
    std::vector<std::unique_ptr<hooked::lines>> channels;
    std::vector<std::unique_ptr<scripted_peer>> peers;
    for (std::size_t i = 0; i < count; ++i) {
        auto pair = make_socket_pair(AF_UNIX);
        channels.push_back(std::make_unique<hooked::lines>(f.loop, std::move(pair.ours)));
        peers.push_back(std::make_unique<scripted_peer>(std::move(pair.theirs)));
        f.also_pump(*peers.back());
        channels.back()->push("x");
    }
    f.loop.run({}, 4); // hangs if anything else were waited for
    CHECK(f.counters().flushes_cut_short == 3);
    CHECK(f.counters().sends == count);
    f.iterate();
    for (const auto& peer : peers)
        CHECK(peer->received() == "x");
}

TEST_CASE("discarding the buffers drops pending output only", "[push]") {
    push_test t;
    t.channel.push("dropped");
    t.channel.discard_buffers();
    CHECK(t.channel.output_size() == 0);
    t.channel.push("kept");
    t.run_until("the peer reads", [&] { return !t.peer.received().empty(); });
    CHECK(t.peer.received() == "kept");
}
