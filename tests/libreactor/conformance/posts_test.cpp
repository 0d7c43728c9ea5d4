// Functions from other threads, and references to channels that may be gone.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

TEST_CASE("posts run in order on the loop's thread", "[posts]") {
    loop_fixture f;
    std::thread poster([&f, handle = f.loop.handle()] {
        for (int i = 0; i < 1000; ++i)
            handle.post([&f, i] { f.note(std::to_string(i)); });
    });
    const auto here = std::this_thread::get_id();
    std::thread::id there;
    f.run_until("all have run", [&] { return f.journal.size() == 1000; });
    poster.join();
    f.loop.post([&] { there = std::this_thread::get_id(); });
    f.iterate();
    CHECK(there == here);
    for (std::size_t i = 0; i < 1000; ++i)
        REQUIRE(f.journal[i] == std::to_string(i));
    CHECK(f.counters().posts == 1001);
}

TEST_CASE("each of many threads keeps its order and loses nothing", "[posts]") {
    constexpr int threads = 4;
    constexpr int each = 2000;
    loop_fixture f;
    const auto handle = f.loop.handle();
    std::vector<int> next(threads, 0);
    int out_of_order = 0;
    int done = 0;
    std::vector<std::thread> posters;
    for (int t = 0; t < threads; ++t)
        posters.emplace_back([&, handle, t] {
            for (int i = 0; i < each; ++i)
                handle.post([&, t, i] {
                    out_of_order += next[static_cast<std::size_t>(t)]++ != i;
                    ++done;
                });
        });
    f.run_until("all have run", [&] { return done == threads * each; });
    for (auto& poster : posters)
        poster.join();
    CHECK(out_of_order == 0);
}

TEST_CASE("a post wakes a loop that waits without limit", "[posts][defect23]") {
    loop_fixture f;
    for (int i = 0; i < 200; ++i) {
        std::atomic<bool> ran = false;
        std::thread poster([&, handle = f.loop.handle()] { handle.post([&] { ran = true; }); });
        while (!ran)
            f.loop.run_once({}); // for ever, were the wake-up lost
        poster.join();
    }
    SUCCEED();
}

TEST_CASE("a post from a callback runs in a later turn and does not wait", "[posts]") {
    loop_fixture f;
    f.loop.post([&] {
        f.note("first");
        f.loop.post([&] { f.note("second"); });
    });
    f.loop.run_once();
    CHECK(f.journal == strings{"first"});
    f.loop.run_once({});
    CHECK(f.journal == strings{"first", "second"});
    CHECK(f.counters().wakeups == 0); // no system call for what the loop's own thread posts
}

TEST_CASE("a post to a channel reaches it while it is open only", "[posts]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    auto other = make_socket_pair(AF_UNIX);
    auto channel = std::make_unique<hooked::lines>(f.loop, std::move(pair.ours));
    const auto ref = channel->ref();
    reactor::dispatcher* reached = nullptr;
    const auto reach = [&](reactor::dispatcher& d) { reached = &d; };
    CHECK(f.loop.post(ref, reach));
    f.iterate();
    CHECK(reached == channel.get());
    reached = nullptr;
    SECTION("not after its close") {
        f.loop.post(ref, reach);
        channel->close();
        f.iterate();
        CHECK(reached == nullptr);
    }
    SECTION("not its next opening") {
        channel->close();
        f.iterate();
        channel->set_socket(std::move(other.ours));
        f.loop.post(ref, reach);
        f.iterate();
        CHECK(reached == nullptr);
        f.loop.post(channel->ref(), reach);
        f.iterate();
        CHECK(reached == channel.get());
    }
    SECTION("not after its destruction nor who took its place") {
        channel.reset();
        channel = std::make_unique<hooked::lines>(f.loop, std::move(other.ours));
        f.loop.post(ref, reach);
        f.iterate();
        CHECK(reached == nullptr);
    }
}

TEST_CASE("a reference finds nothing in another loop", "[posts]") {
    loop_fixture f;
    loop_fixture g;
    auto pair = make_socket_pair(AF_UNIX);
    const hooked::lines in_f(f.loop, std::move(pair.ours));
    const hooked::lines in_g(g.loop, std::move(pair.theirs));
    CHECK(f.loop.find(in_f.ref()) == &in_f);
    CHECK(g.loop.find(in_f.ref()) == nullptr);
    CHECK(f.loop.find(in_g.ref()) == nullptr);
    CHECK(f.loop.find(reactor::channel_ref{}) == nullptr);
    CHECK_FALSE(reactor::channel_ref{});
    CHECK(in_f.ref());
    CHECK(in_f.ref() == in_f.ref());
    CHECK_FALSE(in_f.ref() == in_g.ref());
}

TEST_CASE("a move-only function may be posted", "[posts]") {
    loop_fixture f;
    auto text = std::make_unique<std::string>("moved");
    f.loop.post([&f, text = std::move(text)] { f.note(*text); });
    f.iterate();
    CHECK(f.journal == strings{"moved"});
}
