// What happens when the library is used wrongly: each row of libreactor/doc/bad_use.md that has no
// test elsewhere.
#include "support/catch.hpp"

#include "support/captured_stderr.hpp"
#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <reactor/broadcast.hpp>
#include <reactor/error.hpp>
#include <reactor/timer.hpp>
#include <reactor/work_guard.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

using namespace std::chrono_literals;
using reactor::errc;
using reactor::timer;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

std::error_code code_of(const std::function<void()>& function) {
    try {
        function();
    } catch (const std::system_error& e) {
        return e.code();
    }
    return {};
}

/// The signal that ends a child which runs `function`; 0 when it returns.
int fatal_signal(const std::function<void()>& function) {
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        std::signal(SIGABRT, SIG_DFL);
        function();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/// A channel that is open, and another thread's view of it.
struct open_channel {
    explicit open_channel(loop_fixture& f, support::socket_pair pair = make_socket_pair(AF_UNIX))
        : peer(std::move(pair.theirs)), channel(f.loop, std::move(pair.ours)) {
        f.also_pump(peer);
        f.iterate(2);
    }
    scripted_peer peer;
    hooked::lines channel;
};

} // namespace

// --- the loop ---

TEST_CASE("a loop that another thread runs cannot be run as well", "[bad_use]") {
    loop_fixture f;
    std::error_code ec;
    f.loop.post([&] { std::thread([&] { ec = code_of([&] { f.loop.run_once(); }); }).join(); });
    f.iterate();
    CHECK(ec == errc::nested_run);
}

TEST_CASE("negative waits are waits that do not block", "[bad_use]") {
    loop_fixture f;
    const reactor::work_guard guard(f.loop);
    f.loop.run_once(-1h);
    f.loop.run(-1h, 3);
    CHECK(f.counters().iterations == 4);
}

TEST_CASE("a loop that is destroyed while it runs ends the process", "[bad_use]") {
    const support::captured_stderr quiet;
    CHECK(fatal_signal([] {
              auto loop = std::make_unique<reactor::loop>();
              loop->post([&] { loop.reset(); });
              loop->run_once();
          }) == SIGABRT);
    CHECK(fatal_signal([] {
              auto loop = std::make_unique<reactor::loop>();
              loop->run_once();
              loop.reset();
          }) == 0);
}

TEST_CASE("budgets of nothing count as one", "[bad_use]") {
    reactor::loop_options none;
    none.receive_buffer_bytes = 0;
    none.message_budget = 0;
    none.accept_budget = 0;
    none.flush_sends = 0;
    none.flush_time = -1s;
    none.destroy_budget = 0;
    loop_fixture f(none);
    auto pair = make_socket_pair(AF_UNIX);
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    auto& channel = f.loop.spawn<hooked::lines>(std::move(pair.ours));
    channel.set_read_limit(0);
    std::string got;
    channel.on_line = [&](std::string_view line) {
        got = line;
        channel.push("answer\n");
        channel.close_when_done();
    };
    peer.send("line\n");
    peer.half_close();
    f.run_until("the answer is there and the channel gone",
                [&] { return peer.received() == "answer\n" && f.counters().destroyed == 1; });
    CHECK(got == "line");
}

TEST_CASE("only a channel of the loop can be given to it", "[bad_use]") {
    loop_fixture f;
    reactor::loop other;
    CHECK_THROWS_AS(f.loop.adopt(nullptr), std::invalid_argument);
    CHECK_THROWS_AS(f.loop.adopt(std::make_unique<hooked::lines>(other)), std::invalid_argument);
    auto detached = [] {
        reactor::loop gone;
        return std::make_unique<hooked::lines>(gone);
    }();
    CHECK_THROWS_AS(f.loop.adopt(std::move(detached)), std::invalid_argument);
    f.iterate();
}

TEST_CASE("empty functions do nothing", "[bad_use]") {
    loop_fixture f;
    open_channel open(f);
    CHECK(f.loop.post(reactor::unique_function<void()>{}));
    timer nothing(f.loop, {});
    nothing.start(0ns);
    f.loop.for_each({});
    f.loop.on_signal(SIGUSR2, {});
    f.iterate(2);
    CHECK(f.counters().timers == 1);
    CHECK(f.counters().exceptions == 0);
}

TEST_CASE("a reference to another loop's channel finds nothing", "[bad_use]") {
    loop_fixture f;
    loop_fixture other;
    open_channel open(other);
    CHECK(f.loop.find(open.channel.ref()) == nullptr);
    CHECK(other.loop.find(open.channel.ref()) == &open.channel);
}

// --- after the loop ---

TEST_CASE("a channel whose loop is gone refuses everything", "[bad_use]") {
    std::optional<reactor::loop> loop(std::in_place);
    auto pair = make_socket_pair(AF_UNIX);
    hooked::lines channel(*loop, std::move(pair.ours));
    reactor::subscription place(channel);
    std::optional<reactor::broadcast> stream(std::in_place, *loop);
    REQUIRE(place.join(*stream));
    loop->run_once();
    loop.reset();

    CHECK_FALSE(channel.attached());
    CHECK_FALSE(channel.is_open());
    CHECK(channel.fileno() == -1);
    CHECK(code_of([&] { (void)channel.owner(); }) == std::errc::not_connected);
    std::error_code ec;
    channel.create_socket(AF_INET, SOCK_STREAM, ec);
    CHECK(ec == std::errc::not_connected);
    channel.set_socket(std::move(pair.theirs), ec);
    CHECK(ec == std::errc::not_connected);
    CHECK(code_of([&] { channel.bind(reactor::endpoint::loopback_v4(0)); }) == errc::not_open);
    CHECK(code_of([&] { channel.listen(); }) == errc::not_open);
    CHECK(code_of([&] { channel.connect(reactor::endpoint::loopback_v4(1)); }) == errc::not_open);
    CHECK(code_of([&] { channel.set_reuse_addr(); }) == std::errc::bad_file_descriptor);
    CHECK(channel.accept(ec) == std::nullopt);
    CHECK(ec == std::errc::invalid_argument);
    std::array<char, 8> buffer{};
    CHECK(channel.recv(buffer).ec == std::errc::not_connected);
    CHECK(channel.recv_oob(buffer).ec == std::errc::not_connected);
    CHECK(channel.send("x").ec == std::errc::not_connected);
    CHECK(channel.receive_buffer().empty());
    CHECK_FALSE(channel.push("x"));
    CHECK_FALSE(channel.push_alone("x"));
    CHECK_FALSE(channel.push_exempt("x"));
    CHECK_FALSE(channel.detach());
    CHECK(channel.local_address().family() == AF_UNSPEC);
    CHECK(channel.remote_address().family() == AF_UNSPEC);
    CHECK(channel.ref() == reactor::channel_ref{});
    channel.close();
    channel.close_when_done();
    channel.pause_reading();
    channel.resume_reading();
    channel.interest_changed();
    channel.ask_every_iteration(true);
    channel.set_deadline(1s);
    channel.clear_deadline();
    channel.set_terminator("x");
    channel.discard_buffers();
    CHECK(channel.held_input().empty());
    CHECK(channel.unsent_output().empty());
    CHECK(channel.closes == 0);

    stream->publish("nobody hears it");
    CHECK(place.behind() == 0);
    CHECK_FALSE(place.join(*stream));
    place.hold();
    place.release();
    place.leave();
    stream.reset();
}

TEST_CASE("timers and guards whose loop is gone do nothing", "[bad_use]") {
    std::optional<reactor::loop> loop(std::in_place);
    timer one(*loop, [] { FAIL_CHECK("called"); });
    std::optional<reactor::work_guard> guard(std::in_place, *loop);
    one.start(1h);
    const auto handle = loop->handle();
    loop.reset();
    CHECK_FALSE(one.pending());
    one.start(0ns);
    one.start_every(1s);
    CHECK_FALSE(one.pending());
    one.cancel();
    guard.reset();
    CHECK_FALSE(handle.post([] {}));
    handle.stop();
}

TEST_CASE("a timer that was moved from does nothing", "[bad_use]") {
    loop_fixture f;
    int runs = 0;
    timer one(f.loop, [&] { ++runs; });
    timer other = std::move(one);
    one.start(0ns); // NOLINT(bugprone-use-after-move)
    one.start_every(1ns);
    one.cancel();
    CHECK_FALSE(one.pending());
    other.start(0ns);
    f.iterate();
    CHECK(runs == 1);
}

// --- a channel ---

TEST_CASE("a closed channel refuses output and takes every other call", "[bad_use]") {
    loop_fixture f;
    open_channel open(f);
    open.channel.close();
    std::array<char, 8> buffer{};
    CHECK_FALSE(open.channel.push("x"));
    CHECK_FALSE(open.channel.push_with_producer(nullptr));
    CHECK(open.channel.send("x").ec == std::errc::not_connected);
    CHECK(open.channel.recv(buffer).ec == std::errc::not_connected);
    open.channel.close();
    open.channel.close_when_done();
    open.channel.pause_reading();
    open.channel.set_deadline(0ns);
    CHECK_FALSE(open.channel.detach());
    f.iterate(3);
    CHECK(open.channel.closes == 1);
    CHECK(f.counters().timeouts == 0);
}

TEST_CASE("a channel takes no descriptor that is none", "[bad_use]") {
    loop_fixture f;
    hooked::lines channel(f.loop);
    std::error_code ec;
    channel.set_socket({}, ec);
    CHECK(ec == std::errc::bad_file_descriptor);
    channel.set_socket(reactor::unique_fd{987654}, ec);
    CHECK(ec == std::errc::bad_file_descriptor);
    CHECK_FALSE(channel.is_open());
    CHECK(channel.closes == 0);
}

TEST_CASE("a channel without a descriptor cannot be set up further", "[bad_use]") {
    loop_fixture f;
    hooked::lines channel(f.loop);
    CHECK(code_of([&] { channel.bind(reactor::endpoint::loopback_v4(0)); }) == errc::not_open);
    CHECK(code_of([&] { channel.listen(); }) == errc::not_open);
    CHECK(code_of([&] { channel.connect(reactor::endpoint::loopback_v4(1)); }) == errc::not_open);
}

TEST_CASE("no time left to connect is refused", "[bad_use]") {
    loop_fixture f;
    hooked::lines channel(f.loop);
    channel.create_socket(AF_INET);
    CHECK(code_of([&] { channel.connect(reactor::endpoint::loopback_v4(1), -1ns); }) ==
          std::errc::invalid_argument);
    CHECK_FALSE(channel.connecting());
}

TEST_CASE("an endpoint without address is refused by the kernel", "[bad_use]") {
    loop_fixture f;
    hooked::lines channel(f.loop);
    channel.create_socket(AF_INET);
    CHECK(code_of([&] { channel.bind(reactor::endpoint{}); }) == std::errc::invalid_argument);
    CHECK(code_of([&] { channel.connect(reactor::endpoint{}); }) == std::errc::invalid_argument);
    CHECK_FALSE(channel.connecting());
}

TEST_CASE("a connected channel cannot be connected again", "[plain][bad_use]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_INET);
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    hooked::lines channel(f.loop, std::move(pair.ours));
    CHECK(code_of([&] { channel.connect(channel.remote_address()); }) ==
          std::errc::already_connected);
    CHECK(channel.connected());
    CHECK_FALSE(channel.connecting());
    channel.push("still works\n");
    f.run_until("it does", [&] { return peer.received() == "still works\n"; });
}

TEST_CASE("only a listener accepts", "[bad_use]") {
    loop_fixture f;
    open_channel open(f);
    std::error_code ec;
    CHECK(open.channel.accept(ec) == std::nullopt);
    CHECK(ec == std::errc::invalid_argument);
    CHECK(open.channel.is_open());
}

TEST_CASE("a deadline in the past is due in the next timer step", "[bad_use]") {
    loop_fixture f;
    open_channel open(f);
    open.channel.on_timeout = [] {};
    open.channel.set_deadline(-1h);
    CHECK(f.counters().timeouts == 0);
    f.iterate();
    CHECK(f.counters().timeouts == 1);
}

TEST_CASE("a terminator of length 0 is refused and the former one ends lines on", "[bad_use]") {
    loop_fixture f;
    open_channel open(f);
    CHECK_THROWS_AS(open.channel.set_terminator(""), std::invalid_argument);
    CHECK_THROWS_AS(open.channel.set_terminator(std::size_t{0}), std::invalid_argument);
    open.peer.send("a line\n");
    f.run_until("it is there", [&] { return open.channel.got.size() == 1; });
}

// --- broadcasts ---

TEST_CASE("joining twice follows once", "[bad_use]") {
    loop_fixture f;
    open_channel open(f);
    reactor::broadcast stream(f.loop);
    reactor::subscription place(open.channel);
    CHECK(place.join(stream));
    stream.publish("one ");
    CHECK(place.join(stream)); // what was owed is still owed
    CHECK(stream.followers() == 1);
    stream.publish("two\n");
    f.run_until("both are there, once", [&] { return open.peer.received() == "one two\n"; });
    f.iterate(2);
    CHECK(open.peer.received() == "one two\n");
}

TEST_CASE("a channel cannot follow another loop's stream or follow when closed", "[bad_use]") {
    loop_fixture f;
    reactor::loop other;
    open_channel open(f);
    reactor::broadcast theirs(other);
    reactor::broadcast ours(f.loop);
    reactor::subscription place(open.channel);
    CHECK_FALSE(place.join(theirs));
    open.channel.close();
    CHECK_FALSE(place.join(ours));
    CHECK_FALSE(place.following());
    place.leave();
    place.hold();
    place.release();
}

TEST_CASE("a stream's chunks have a size that is possible", "[bad_use]") {
    loop_fixture f;
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{32}, std::size_t{100}})
        CHECK_THROWS_AS(reactor::broadcast(f.loop, bytes), std::invalid_argument);
}
