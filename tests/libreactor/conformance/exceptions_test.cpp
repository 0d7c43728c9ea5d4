// What escapes a handler ends at most its own channel (E41).
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"
#include "support/poller_limits.hpp"

#include "hooked_channels.hpp"

#include <reactor/timer.hpp>

#include <chrono>
#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

[[noreturn]] void fail() { throw std::runtime_error("oops"); }

struct throw_test : loop_fixture {
    throw_test() {
        pump({&peer});
        loop.on_error([this](std::exception_ptr e) { reported.push_back(hooked::what_of(e)); });
    }

    /// The channel under test ended by its own exception; its neighbour is served.
    template <class Channel>
    void expect_ended(Channel& channel) {
        run_until("the channel ends", [&] { return channel.closes == 1; });
        CHECK(channel.errors == strings{"oops"});
        CHECK(channel.reason == std::errc::interrupted);
        CHECK(counters().exceptions == 1);
        expect_alive();
    }
    void expect_alive() {
        neighbour_peer.send("alive\n");
        run_until("the neighbour is served", [&] { return neighbour.got.size() == 1; });
    }

    support::socket_pair pair = make_socket_pair(AF_INET);
    support::socket_pair neighbours = make_socket_pair(AF_UNIX);
    scripted_peer peer{std::move(pair.theirs)};
    scripted_peer neighbour_peer{std::move(neighbours.theirs)};
    hooked::lines neighbour{loop, std::move(neighbours.ours)};
    strings reported;
};

} // namespace

TEST_CASE("a throw from a handler of a line channel ends that channel only", "[exceptions][E41]") {
    throw_test t;
    hooked::lines channel(t.loop, std::move(t.pair.ours));
    SECTION("handle_line") {
        channel.on_line = [](std::string_view) { fail(); };
        t.peer.send("one\ntwo\n");
    }
    SECTION("handle_line of held input") {
        channel.on_line = [&](std::string_view) { channel.pause_reading(); };
        t.deliver(t.peer, "one\ntwo\n");
        channel.on_line = [](std::string_view) { fail(); };
        channel.resume_reading();
    }
    SECTION("handle_overflow") {
        channel.set_max_line(4);
        channel.on_overflow = fail;
        t.peer.send("too long\n");
    }
    SECTION("handle_eof") {
        channel.on_eof = fail;
        t.peer.half_close();
    }
    SECTION("handle_timeout") {
        channel.on_timeout = fail;
        channel.set_deadline(1ms);
    }
    SECTION("handle_high_water") {
        channel.on_high_water = fail;
        t.peer.never_read();
        channel.push(std::string(12 << 20, 'x'));
    }
    t.expect_ended(channel);
}

TEST_CASE("a throw from a hook of asynchat ends that channel only", "[exceptions][E41]") {
    throw_test t;
    hooked::pieces channel(t.loop, std::move(t.pair.ours));
    channel.set_terminator("\n");
    SECTION("collect_incoming_data") {
        channel.on_data = [](std::string_view) { fail(); };
    }
    SECTION("found_terminator") { channel.on_found = fail; }
    t.peer.send("one\ntwo\n");
    t.expect_ended(channel);
}

TEST_CASE("a throw from a handler of a dispatcher ends that channel only", "[exceptions][E41]") {
    throw_test t;
    hooked::dispatcher channel(t.loop, std::move(t.pair.ours));
    SECTION("handle_read") {
        channel.on_read = fail;
        t.peer.send("x");
    }
    SECTION("handle_write") {
        channel.wants_write = true;
        channel.interest_changed();
        channel.on_write = fail;
    }
    t.expect_ended(channel);
}

TEST_CASE("a throw from handle_expt ends that channel only", "[plain][exceptions][E41]") {
    throw_test t;
    if (const auto why = missing(support::need::urgent_data, t.loop); !why.empty())
        SKIP(why);
    hooked::dispatcher channel(t.loop, std::move(t.pair.ours));
    channel.on_expt = fail;
    t.peer.send_urgent('!');
    t.expect_ended(channel);
}

TEST_CASE("a throw from handle_connect ends that channel only", "[plain][exceptions][E41]") {
    throw_test t;
    const support::listening_socket listener(AF_INET);
    hooked::lines channel(t.loop);
    channel.on_connect = fail;
    channel.create_socket(AF_INET);
    channel.connect(listener.address());
    t.expect_ended(channel);
}

TEST_CASE("a throw from handle_error closes the channel all the same",
          "[exceptions][E41][defect14]") {
    throw_test t;
    hooked::lines channel(t.loop, std::move(t.pair.ours));
    channel.on_line = [](std::string_view) { fail(); };
    channel.on_error = [](std::exception_ptr) { throw std::runtime_error("oops again"); };
    t.peer.send("one\n");
    t.run_until("the channel ends", [&] { return channel.closes == 1; });
    CHECK(channel.reason == std::errc::interrupted);
    CHECK(t.counters().exceptions == 2);
    t.expect_alive();
}

TEST_CASE("a throw from handle_close changes nothing for anyone else",
          "[exceptions][E41][defect14]") {
    throw_test t;
    hooked::lines channel(t.loop, std::move(t.pair.ours));
    channel.on_close = [](std::error_code) { fail(); };
    channel.close();
    t.iterate(2);
    CHECK(channel.closes == 1);
    CHECK(channel.errors.empty());
    CHECK(t.reported == strings{"oops"});
    t.expect_alive();
}

TEST_CASE("a channel whose handle_error keeps it open goes on with the next line",
          "[exceptions][E41]") {
    throw_test t;
    hooked::lines channel(t.loop, std::move(t.pair.ours));
    channel.on_line = [](std::string_view line) {
        if (line == "bad")
            fail();
    };
    channel.on_error = [](std::exception_ptr) {};
    SECTION("of the same read") { t.peer.send("one\nbad\ntwo\nthree\n"); }
    SECTION("of the next read") {
        t.deliver(t.peer, "one\nbad\n");
        t.deliver(t.peer, "two\nthree\n");
    }
    t.run_until("the rest is there", [&] { return channel.got.size() == 4; });
    CHECK(channel.got == strings{"one", "bad", "two", "three"});
    CHECK(channel.errors == strings{"oops"});
}

TEST_CASE("a throw from handle_accepted leaves the listener", "[exceptions][E41]") {
    throw_test t;
    hooked::dispatcher listener(t.loop);
    listener.create_socket(AF_INET);
    listener.bind(reactor::endpoint::loopback_v4(0));
    listener.listen();
    int accepted = 0;
    listener.on_accepted = [&](reactor::unique_fd, const reactor::endpoint&) {
        if (++accepted < 3)
            fail();
    };
    const scripted_peer one(listener.local_address());
    const scripted_peer two(listener.local_address());
    const scripted_peer three(listener.local_address());
    t.run_until("all three were accepted", [&] { return accepted == 3; });
    CHECK(listener.is_open());
    CHECK(listener.errors.empty());
    CHECK(t.reported == strings{"oops", "oops"});
}

TEST_CASE("a throw from a posted function and from a timer goes to on_error", "[exceptions][E41]") {
    throw_test t;
    bool after = false;
    reactor::timer timer(t.loop, fail);
    timer.start(0ns);
    t.loop.post(fail);
    t.loop.post([&] { after = true; });
    t.run_until("both have thrown", [&] { return t.reported.size() == 2; });
    CHECK(after);
    CHECK(t.reported == strings{"oops", "oops"});
    t.expect_alive();
}

TEST_CASE("a throw from a signal function goes to on_error", "[exceptions][E41]") {
    throw_test t;
    t.loop.on_signal(SIGUSR1, fail);
    ::raise(SIGUSR1);
    t.run_until("it has thrown", [&] { return t.reported.size() == 1; });
    t.expect_alive();
}

TEST_CASE("a throw from on_error itself ends there", "[exceptions][E41]") {
    throw_test t;
    t.loop.on_error([](std::exception_ptr e) { std::rethrow_exception(e); });
    t.loop.post(fail);
    t.iterate();
    CHECK(t.counters().exceptions == 1);
    t.expect_alive();
}

TEST_CASE("an exception from a spawned constructor comes through and leaves nothing",
          "[exceptions][E41]") {
    struct stillborn : reactor::async_chat {
        stillborn(reactor::loop& l, reactor::unique_fd fd) : async_chat(l, std::move(fd)) {
            push("never");
            fail();
        }
    };
    throw_test t;
    CHECK_THROWS_AS(t.loop.spawn<stillborn>(std::move(t.pair.ours)), std::runtime_error);
    t.run_until("the peer sees the end", [&] { return t.peer.ended() || t.peer.error() != 0; });
    CHECK(t.loop.size() == 1); // the neighbour
    t.expect_alive();
}
