// Channels that end their own life, or another's, in every handler (E39, E1).
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"
#include "support/poller_limits.hpp"

#include "hooked_channels.hpp"

#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

TEST_CASE("a channel that replaces itself in its own handler is served on", "[destruction][E39]") {
    loop_fixture f;
    auto first = make_socket_pair(AF_UNIX);
    auto second = make_socket_pair(AF_UNIX);
    scripted_peer peer(std::move(first.theirs));
    scripted_peer next_peer(std::move(second.theirs));
    auto channel = std::make_unique<hooked::lines>(f.loop, std::move(first.ours));
    channel->on_line = [&](std::string_view) {
        channel.reset();
        channel = std::make_unique<hooked::lines>(f.loop, std::move(second.ours));
    };
    peer.send("now\n");
    next_peer.send("after\n");
    f.run_until("the successor reads", [&] { return channel->got.size() == 1; });
    CHECK(channel->got.front() == "after");
}

TEST_CASE("a channel that takes another descriptor in its own handler is served on",
          "[destruction][E39]") {
    loop_fixture f;
    auto first = make_socket_pair(AF_UNIX);
    auto second = make_socket_pair(AF_UNIX);
    scripted_peer peer(std::move(first.theirs));
    scripted_peer next_peer(std::move(second.theirs));
    hooked::lines channel(f.loop, std::move(first.ours));
    channel.on_line = [&](std::string_view line) {
        if (line == "now") {
            (void)channel.detach();
            channel.set_socket(std::move(second.ours));
        }
    };
    peer.send("now\nlost\n");
    next_peer.send("after\n");
    f.run_until("the new descriptor is read", [&] { return channel.got.size() == 2; });
    CHECK(channel.got == std::vector<std::string>{"now", "after"});
}

namespace {

/// A channel that is destroyed in the handler of its name; the test then runs on a while.
struct suicide {
    loop_fixture f;
    support::socket_pair pair = make_socket_pair(AF_INET);
    scripted_peer peer{std::move(pair.theirs)};
    std::unique_ptr<hooked::lines> lines;
    std::unique_ptr<hooked::dispatcher> dispatcher;
    int destroyed = 0;

    suicide() { f.pump({&peer}); }

    std::function<void()> destroy() {
        return [this] {
            ++destroyed;
            lines.reset();
            dispatcher.reset();
        };
    }
    hooked::lines& make_lines() {
        lines = std::make_unique<hooked::lines>(f.loop, std::move(pair.ours));
        return *lines;
    }
    hooked::dispatcher& make_dispatcher() {
        dispatcher = std::make_unique<hooked::dispatcher>(f.loop, std::move(pair.ours));
        return *dispatcher;
    }
    void expect_gone() {
        f.run_until("it is destroyed", [&] { return destroyed > 0; });
        f.iterate(3);
        f.fence();
        CHECK(destroyed == 1);
        CHECK(f.loop.size() == 0);
        CHECK(f.loop.output_memory() == 0);
    }
};

} // namespace

TEST_CASE("a channel may be destroyed in any of its handlers", "[destruction][E39]") {
    suicide t;
    const auto die = t.destroy();
    SECTION("handle_line with more lines behind it") {
        t.make_lines().on_line = [die](std::string_view) { die(); };
        t.peer.send("one\ntwo\nthree\nfo");
    }
    SECTION("handle_line of a line in two reads") {
        auto& channel = t.make_lines();
        t.f.deliver(t.peer, "on");
        channel.on_line = [die](std::string_view) { die(); };
        t.peer.send("e\ntwo\n");
    }
    SECTION("handle_line of held input") {
        auto& channel = t.make_lines();
        channel.on_line = [&](std::string_view) { channel.pause_reading(); };
        t.f.deliver(t.peer, "one\ntwo\nthree\n");
        channel.on_line = [die](std::string_view) { die(); };
        channel.resume_reading();
    }
    SECTION("handle_line with output queued") {
        auto& channel = t.make_lines();
        channel.on_line = [&channel, die](std::string_view) {
            channel.push("queued");
            die();
        };
        t.peer.send("one\ntwo\n");
    }
    SECTION("handle_overflow") {
        auto& channel = t.make_lines();
        channel.set_max_line(4);
        channel.on_overflow = die;
        t.peer.send("too long\nmore\n");
    }
    SECTION("handle_eof") {
        t.make_lines().on_eof = die;
        t.peer.half_close();
    }
    SECTION("handle_close by the peer") {
        t.make_lines().on_close = [die](std::error_code) { die(); };
        t.peer.reset();
    }
    SECTION("handle_close by itself") {
        auto& channel = t.make_lines();
        channel.on_close = [die](std::error_code) { die(); };
        channel.close();
    }
    SECTION("handle_high_water") {
        auto& channel = t.make_lines();
        channel.on_high_water = die;
        t.peer.never_read();
        channel.push(std::string(12 << 20, 'x'));
    }
    SECTION("handle_timeout") {
        auto& channel = t.make_lines();
        channel.on_timeout = die;
        channel.set_deadline(1ms);
    }
    SECTION("handle_error") {
        auto& channel = t.make_lines();
        channel.on_line = [](std::string_view) { throw 1; };
        channel.on_error = [die](std::exception_ptr) { die(); };
        t.peer.send("one\ntwo\n");
    }
    SECTION("handle_read") {
        t.make_dispatcher().on_read = die;
        t.peer.send("x");
    }
    SECTION("handle_write") {
        auto& channel = t.make_dispatcher();
        channel.wants_write = true;
        channel.interest_changed();
        channel.on_write = die;
        t.peer.send("x");
    }
    t.expect_gone();
}

TEST_CASE("a channel may be destroyed in handle_expt", "[plain][destruction][E39]") {
    suicide t;
    if (const auto why = missing(support::need::urgent_data, t.f.loop); !why.empty())
        SKIP(why);
    t.make_dispatcher().on_expt = t.destroy();
    t.peer.send_urgent('!');
    t.expect_gone();
}

TEST_CASE("a connecting channel may be destroyed in handle_connect", "[plain][destruction][E39]") {
    suicide t;
    const support::listening_socket listener(AF_INET);
    t.lines = std::make_unique<hooked::lines>(t.f.loop);
    t.lines->on_connect = t.destroy();
    t.lines->create_socket(AF_INET);
    t.lines->connect(listener.address());
    t.expect_gone();
}

TEST_CASE("a listener may be destroyed in handle_accepted", "[destruction][E39]") {
    suicide t;
    t.dispatcher = std::make_unique<hooked::dispatcher>(t.f.loop);
    t.dispatcher->create_socket(AF_INET);
    t.dispatcher->bind(reactor::endpoint::loopback_v4(0));
    t.dispatcher->listen();
    const auto die = t.destroy();
    t.dispatcher->on_accepted = [die](reactor::unique_fd, const reactor::endpoint&) { die(); };
    const auto address = t.dispatcher->local_address();
    const scripted_peer one(address);
    const scripted_peer two(address);
    t.expect_gone();
}

TEST_CASE("a channel destroyed by a handler and then a throw of it hurts nobody",
          "[destruction][E39][E41]") {
    suicide t;
    std::vector<std::string> reported;
    t.f.loop.on_error([&](std::exception_ptr e) { reported.push_back(hooked::what_of(e)); });
    const auto die = t.destroy();
    t.make_lines().on_line = [die](std::string_view) {
        die();
        throw std::runtime_error("from the grave");
    };
    t.peer.send("one\n");
    t.expect_gone();
    CHECK(reported == std::vector<std::string>{"from the grave"});
}

TEST_CASE("a channel closed in another's handler gets no further event",
          "[destruction][E1][defect8]") {
    const bool destroy = GENERATE(false, true);
    loop_fixture f;
    auto first = make_socket_pair(AF_UNIX);
    auto second = make_socket_pair(AF_UNIX);
    scripted_peer first_peer(std::move(first.theirs));
    scripted_peer second_peer(std::move(second.theirs));
    std::unique_ptr<hooked::lines> channels[2];
    channels[0] = std::make_unique<hooked::lines>(f.loop, std::move(first.ours));
    channels[1] = std::make_unique<hooked::lines>(f.loop, std::move(second.ours));
    int lines = 0;
    // Whichever comes first ends the other, whose event is in the same batch.
    for (int i = 0; i < 2; ++i)
        channels[i]->on_line = [&, i](std::string_view) {
            ++lines;
            auto& other = channels[1 - i];
            destroy ? other.reset() : other->close();
        };
    first_peer.send("x\n");
    second_peer.send("x\n");
    f.iterate(3);
    CHECK(lines == 1);
    CHECK(f.loop.size() == 1);
}

TEST_CASE("a descriptor number that is used again gets no older event",
          "[destruction][E1][defect9]") {
    loop_fixture f;
    support::socket_pair pairs[3] = {make_socket_pair(AF_UNIX), make_socket_pair(AF_UNIX),
                                     make_socket_pair(AF_UNIX)};
    scripted_peer peers[2] = {scripted_peer(std::move(pairs[0].theirs)),
                              scripted_peer(std::move(pairs[1].theirs))};
    std::unique_ptr<hooked::dispatcher> channels[2];
    std::unique_ptr<hooked::dispatcher> heir;
    int reads = 0;
    for (int i = 0; i < 2; ++i) {
        channels[i] = std::make_unique<hooked::dispatcher>(f.loop, std::move(pairs[i].ours));
        channels[i]->on_read = [&, i] {
            ++reads;
            const int number = channels[1 - i]->fileno();
            channels[1 - i].reset();
            REQUIRE(::dup2(pairs[2].ours.get(), number) == number);
            heir = std::make_unique<hooked::dispatcher>(f.loop, reactor::unique_fd{number});
            heir->on_read = [&] { ++reads; };
            channels[i]->close();
        };
        peers[i].send("x");
    }
    f.iterate(3);
    CHECK(reads == 1);
    CHECK(heir->is_open());
}
