// Connecting: whatever the kernel reports on the way, over the simulated world.
#include "support/sim_stage.hpp"

#include <sys/epoll.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

using namespace sim_test;
using reactor::endpoint;

namespace {

const endpoint somewhere = endpoint::loopback_v4(7000);

std::uint32_t any_report() {
    return static_cast<std::uint32_t>(
        GENERATE(EPOLLOUT, EPOLLIN, EPOLLIN | EPOLLOUT, EPOLLERR, EPOLLHUP, EPOLLERR | EPOLLHUP,
                 EPOLLOUT | EPOLLHUP, EPOLLOUT | EPOLLERR, EPOLLOUT | EPOLLERR | EPOLLHUP,
                 EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP, EPOLLIN | EPOLLHUP, EPOLLRDHUP));
}

void start(chat& channel, const endpoint& to = somewhere, nanoseconds timeout = {}) {
    channel.create_socket(to.family());
    channel.connect(to, timeout);
}

} // namespace

TEST_CASE("a connection is told of once whatever bits come with it", "[connect][E13]") {
    const auto bits = any_report();
    stage s;
    auto door = s.w.listen(somewhere);
    chat channel(s.loop);
    start(channel);
    s.w.inject_event(channel.fileno(), bits);
    s.turn(3);
    CHECK(channel.seen->connects == 1);
    CHECK(channel.seen->closes == 0);
    CHECK(channel.connected());
    auto other = door.accept();
    REQUIRE(other);
    other->send("hello\n");
    s.turn();
    CHECK(channel.seen->lines.size() == 1);
    s.no_findings();
}

TEST_CASE("a refusal is told of once whatever bits come with it", "[connect][E13]") {
    const auto bits = any_report();
    stage s;
    chat channel(s.loop);
    start(channel);
    s.w.inject_event(channel.fileno(), bits);
    s.turn(3);
    CHECK(channel.seen->connects == 0);
    CHECK(channel.seen->closes == 1);
    CHECK(channel.seen->reason == system_code(ECONNREFUSED));
    CHECK(s.loop.size() == 0);
}

TEST_CASE("room without a peer is no connection", "[connect][E13]") {
    const auto bits = GENERATE(EPOLLOUT, EPOLLIN, EPOLLIN | EPOLLOUT);
    stage s;
    s.w.black_hole(somewhere);
    chat channel(s.loop);
    start(channel);
    s.turn();
    s.w.inject_event(channel.fileno(), static_cast<std::uint32_t>(bits));
    s.turn(2);
    CHECK(channel.connecting());
    CHECK_FALSE(channel.connected());
    CHECK(channel.seen->connects == 0);
    CHECK(channel.seen->closes == 0);
}

TEST_CASE("a hang-up without a peer or an error ends the attempt", "[connect][E13]") {
    const auto bits = GENERATE(EPOLLERR, EPOLLHUP, EPOLLERR | EPOLLHUP, EPOLLOUT | EPOLLHUP);
    stage s;
    s.w.black_hole(somewhere);
    chat channel(s.loop);
    start(channel);
    s.turn();
    s.w.inject_event(channel.fileno(), static_cast<std::uint32_t>(bits));
    s.turn(2);
    CHECK(channel.seen->connects == 0);
    CHECK(channel.seen->closes == 1);
    CHECK(channel.seen->reason == system_code(ENOTCONN));
}

TEST_CASE("an attempt that the kernel calls unfinished goes on", "[connect][E13]") {
    stage s;
    auto door = s.w.listen(somewhere);
    chat channel(s.loop);
    start(channel);
    s.w.faults().fail(call::getsockopt, GENERATE(EINPROGRESS, EALREADY));
    s.turn(2);
    CHECK(s.w.faults().standing() == 0);
    CHECK(channel.connecting());
    CHECK(channel.seen->connects == 0);
    s.turn();
    CHECK(channel.seen->connects == 1);
}

TEST_CASE("an attempt whose outcome cannot be asked for ends with that error", "[connect][E13]") {
    stage s;
    auto door = s.w.listen(somewhere);
    chat channel(s.loop);
    start(channel);
    s.w.faults().fail(call::getsockopt, EIO);
    s.turn(2);
    CHECK(channel.seen->connects == 0);
    CHECK(channel.seen->closes == 1);
    CHECK(channel.seen->reason == system_code(EIO));
}

TEST_CASE("a connect that nobody answers ends at its limit", "[connect][E13][defect21]") {
    stage s;
    s.w.black_hole(somewhere);
    chat channel(s.loop);
    std::optional<nanoseconds> ended;
    channel.on_close = [&](chat&, std::error_code) { ended = s.w.elapsed(); };
    start(channel, somewhere, 300ms);
    s.pass(1s);
    CHECK(ended == 300ms);
    CHECK(channel.seen->closes == 1);
    CHECK(channel.seen->reason == std::errc::timed_out);
    CHECK(channel.seen->timeouts == 0);
    CHECK(s.waits() <= 3 + (s.uses_kqueue() ? 1 : 0)); // it is taken out by the same call
}

TEST_CASE("a connection made in time outlives the limit of its connect", "[connect][E13]") {
    stage s;
    auto door = s.w.listen(somewhere);
    s.w.set_connect_delay(200ms);
    chat channel(s.loop);
    start(channel, somewhere, 300ms);
    s.pass(1s);
    CHECK(channel.connected());
    CHECK(channel.seen->connects == 1);
    CHECK(channel.seen->timeouts == 0);
}

TEST_CASE("an immediate success is told of by the loop", "[connect][E13][E38]") {
    stage s;
    s.w.set_immediate_connects(true);
    const auto to = GENERATE(false, true) ? somewhere : endpoint::unix_path("/there");
    auto door = s.w.listen(to);
    chat channel(s.loop);
    start(channel, to);
    channel.push("first\n");
    CHECK(channel.seen->connects == 0);
    CHECK(channel.connecting());
    s.turn(2);
    CHECK(channel.seen->connects == 1);
    CHECK(channel.connected());
    auto other = door.accept();
    REQUIRE(other);
    CHECK(other->received() == "first\n");
    s.no_findings();
}

TEST_CASE("a full queue of a UNIX listener is an error and may be tried again", "[connect][E13]") {
    stage s;
    const auto to = endpoint::unix_path("/busy");
    auto door = s.w.listen(to, 0);
    const auto before_us = s.w.connect(to);
    chat channel(s.loop);
    channel.create_socket(AF_UNIX);
    std::error_code ec;
    channel.connect(to, {}, ec);
    CHECK(ec == system_code(EAGAIN));
    CHECK(channel.is_open());
    CHECK_FALSE(channel.connecting());
    s.turn(2);
    CHECK(channel.seen->closes == 0);
    const auto first = door.accept();
    channel.connect(to, {}, ec);
    CHECK_FALSE(ec);
    s.turn(2);
    CHECK(channel.seen->connects == 1);
}

TEST_CASE("an error known at once is told by connect alone", "[connect][E13]") {
    stage s;
    s.w.set_immediate_connects(true);
    const auto to = GENERATE(false, true) ? somewhere : endpoint::unix_path("/nowhere");
    chat channel(s.loop);
    channel.create_socket(to.family());
    std::error_code ec;
    channel.connect(to, {}, ec);
    CHECK(ec == system_code(to.family() == AF_UNIX ? ENOENT : ECONNREFUSED));
    CHECK(channel.is_open());
    s.turn(2);
    CHECK(channel.seen->closes == 0);
    CHECK(channel.seen->connects == 0);
}

TEST_CASE("a channel is connected before it is told and may push at once", "[connect][E14]") {
    stage s;
    auto door = s.w.listen(somewhere);
    chat channel(s.loop);
    channel.on_connect = [](chat& me) {
        CHECK(me.connected());
        CHECK_FALSE(me.connecting());
        CHECK(me.push("hello\n"));
    };
    start(channel);
    s.turn(2);
    auto other = door.accept();
    REQUIRE(other);
    CHECK(other->received() == "hello\n");
}

TEST_CASE("a channel may end in its own connect handler", "[connect][E39][defect18]") {
    stage s;
    auto door = s.w.listen(somewhere);
    auto channel = std::make_unique<chat>(s.loop);
    const auto seen = channel->seen;
    SECTION("closed") {
        channel->on_connect = [](chat& me) { me.close(); };
    }
    SECTION("destroyed") {
        channel->on_connect = [&channel](chat&) { channel.reset(); };
    }
    start(*channel);
    s.turn(2);
    CHECK(seen->connects == 1);
    CHECK(seen->closes == (channel ? 1 : 0));
    CHECK(s.loop.size() == 0);
}
