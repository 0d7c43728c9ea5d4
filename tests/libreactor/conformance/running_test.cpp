// When run returns: no work, stop, count (E40, E50).
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <reactor/error.hpp>
#include <reactor/timer.hpp>
#include <reactor/work_guard.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

using namespace std::chrono_literals;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

TEST_CASE("run returns at once when there is no work", "[running]") {
    loop_fixture f;
    CHECK_FALSE(f.loop.has_work());
    f.loop.run();
    CHECK(f.counters().iterations == 0);
}

TEST_CASE("an open channel is work whatever it watches", "[running]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::dispatcher channel(f.loop, std::move(pair.ours));
    channel.wants_read = false;
    CHECK(f.loop.has_work());
    reactor::timer end(
        f.loop, [&] { channel.close(); }, reactor::timer::weight::background);
    end.start(1ms);
    f.loop.run();
    CHECK(channel.closes == 1);
    CHECK_FALSE(f.loop.has_work());
}

TEST_CASE("a handle_close that is owed is work", "[running]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::dispatcher channel(f.loop, std::move(pair.ours));
    channel.close();
    CHECK(f.loop.has_work());
    f.loop.run();
    CHECK(channel.closes == 1);
}

TEST_CASE("a posted function and a pending timer are work", "[running][defect24]") {
    loop_fixture f;
    bool posted = false;
    bool timed = false;
    f.loop.post([&] { posted = true; });
    CHECK(f.loop.has_work());
    f.loop.run();
    CHECK(posted);
    reactor::timer timer(f.loop, [&] { timed = true; });
    timer.start(1ms);
    CHECK(f.loop.has_work());
    f.loop.run();
    CHECK(timed);
}

TEST_CASE("background timers and signal functions are no work", "[running]") {
    loop_fixture f;
    reactor::timer timer(
        f.loop, [] {}, reactor::timer::weight::background);
    timer.start_every(1h);
    f.loop.on_signal(SIGUSR2, [] {});
    CHECK_FALSE(f.loop.has_work());
    f.loop.run();
    CHECK(timer.pending());
}

TEST_CASE("a cancelled or destroyed timer is no work", "[running]") {
    loop_fixture f;
    std::optional<reactor::timer> timer(std::in_place, f.loop, [] {});
    timer->start(1h);
    timer->start(2h);
    CHECK(f.loop.has_work());
    timer->cancel();
    timer->cancel();
    CHECK_FALSE(f.loop.has_work());
    timer->start(1h);
    timer.reset();
    CHECK_FALSE(f.loop.has_work());
}

TEST_CASE("a work guard keeps run going and may be moved", "[running]") {
    loop_fixture f;
    auto guard = std::make_unique<reactor::work_guard>(f.loop);
    CHECK(f.loop.has_work());
    auto moved = std::make_unique<reactor::work_guard>(std::move(*guard));
    guard.reset();
    CHECK(f.loop.has_work());
    reactor::timer end(
        f.loop, [&] { moved.reset(); }, reactor::timer::weight::background);
    end.start(1ms);
    f.loop.run();
    CHECK_FALSE(f.loop.has_work());
}

TEST_CASE("run does at most count iterations", "[running]") {
    loop_fixture f;
    const reactor::work_guard guard(f.loop);
    f.loop.run(0ns, 3);
    CHECK(f.counters().iterations == 3);
    f.loop.run(0ns, 0);
    CHECK(f.counters().iterations == 3);
}

TEST_CASE("run_once iterates without any work", "[running]") {
    loop_fixture f;
    f.loop.run_once();
    f.loop.run_once(1ms);
    CHECK(f.counters().iterations == 2);
}

TEST_CASE("run returns at the end of the iteration that stopped it", "[running]") {
    loop_fixture f;
    const reactor::work_guard guard(f.loop);
    bool second = false;
    f.loop.post([&] {
        f.loop.stop();
        f.loop.post([&] { second = true; });
    });
    f.loop.run();
    CHECK(f.counters().iterations == 1);
    CHECK_FALSE(second);
    f.loop.run({}, 1);
    CHECK(second);
}

TEST_CASE("a stop before run makes it do one iteration that does not wait", "[running][E50]") {
    loop_fixture f;
    const reactor::work_guard guard(f.loop);
    f.loop.stop();
    f.loop.run();
    CHECK(f.counters().iterations == 1);
    // Returning has cleared it.
    f.loop.run(0ns, 2);
    CHECK(f.counters().iterations == 3);
}

TEST_CASE("a stop before run of an idle loop is used up as well", "[running][E50]") {
    loop_fixture f;
    f.loop.stop();
    f.loop.run();
    CHECK(f.counters().iterations == 1);
    f.loop.run();
    CHECK(f.counters().iterations == 1);
}

TEST_CASE("a stop from another thread ends a blocked wait", "[running][E50][defect23]") {
    loop_fixture f;
    const reactor::work_guard guard(f.loop);
    for (int i = 0; i < 200; ++i) {
        std::thread stopper([handle = f.loop.handle()] { handle.stop(); });
        f.loop.run(); // for ever, were the stop lost
        stopper.join();
    }
    SUCCEED();
}

TEST_CASE("a handle outlives its loop", "[running][E50]") {
    std::optional<reactor::loop> loop(std::in_place);
    const auto handle = loop->handle();
    bool ran = false;
    auto witness = std::make_shared<int>(0);
    CHECK(loop->post([&ran, witness] { ran = true; }));
    loop.reset();
    CHECK_FALSE(ran);
    CHECK(witness.use_count() == 1); // destroyed unrun
    handle.stop();
    CHECK_FALSE(handle.post([&ran, witness] { ran = true; }));
    CHECK(witness.use_count() == 1);
}

TEST_CASE("a nested run is refused and the outer one goes on", "[running][E40]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::lines channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    std::error_code from_run;
    std::error_code from_run_once;
    channel.on_line = [&](std::string_view) {
        try {
            f.loop.run();
        } catch (const std::system_error& e) {
            from_run = e.code();
        }
        try {
            f.loop.run_once();
        } catch (const std::system_error& e) {
            from_run_once = e.code();
        }
    };
    peer.send("one\ntwo\n");
    f.run_until("both lines are there", [&] { return channel.got.size() == 2; });
    CHECK(from_run == reactor::errc::nested_run);
    CHECK(from_run_once == reactor::errc::nested_run);
}

TEST_CASE("another loop may run inside a callback", "[running][E40]") {
    loop_fixture outer;
    reactor::loop inner;
    bool ran = false;
    outer.loop.post([&] {
        inner.post([&] { ran = true; });
        inner.run();
    });
    outer.iterate();
    CHECK(ran);
}

TEST_CASE("a forked child may not run its parent's loop", "[running]") {
    loop_fixture f;
    f.iterate();
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int status = 1;
        try {
            f.loop.run_once();
        } catch (const std::system_error& e) {
            status = e.code() == reactor::errc::forked ? 0 : 2;
        } catch (...) {
            status = 3;
        }
        ::_exit(status);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}
