// Several loops side by side: references that go stale on their way, shared ports, stops, and many
// posts.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"
#include "loop_threads.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using reactor::unique_fd;
using support::loop_fixture;
using support::loop_thread;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

/// A channel and its peer, which says nothing.
struct connected {
    explicit connected(reactor::loop& loop) : channel(loop, std::move(pair.ours)) {}
    support::socket_pair pair = make_socket_pair(AF_UNIX);
    hooked::lines channel;
};

/// Ten million on demand: REACTOR_TEST_POSTS=10000000.
std::size_t posts_wanted() {
    const char* text = std::getenv("REACTOR_TEST_POSTS");
    return text != nullptr ? std::strtoull(text, nullptr, 10) : 100'000;
}

} // namespace

// --- weak references ---

TEST_CASE("a post on its way finds neither a closed channel nor its successor", "[threads]") {
    loop_thread other;
    std::unique_ptr<connected> one;
    const auto ref = other.call([&](reactor::loop& loop) {
        one = std::make_unique<connected>(loop);
        return one->channel.ref();
    });
    std::promise<void> begun;
    std::promise<void> go;
    other.handle().post([&, loop = &one->channel.owner()] {
        begun.set_value();
        go.get_future().wait();
        one.reset();
        one = std::make_unique<connected>(*loop); // in the same slot
    });
    begun.get_future().wait();
    bool ran = false;
    CHECK(other.handle().post(ref, [&](reactor::dispatcher&) { ran = true; }));
    go.set_value();
    const auto next = other.call([&](reactor::loop&) { return one->channel.ref(); });
    CHECK_FALSE(ran);
    CHECK(next != ref);
    CHECK(other.handle().post(next, [&](reactor::dispatcher& d) { ran = &d == &one->channel; }));
    other.call([&](reactor::loop&) { one.reset(); });
    CHECK(ran);
}

TEST_CASE("posts to channels that come and go reach the one they mean or nobody", "[threads]") {
    constexpr int threads = 3;
    constexpr int each = 5000;
    loop_thread other;
    std::mutex mutex;
    reactor::channel_ref current; // guarded by mutex
    std::unique_ptr<connected> one;
    std::atomic<bool> done = false;
    std::uint64_t reached = 0;
    std::uint64_t mistaken = 0;
    const auto renew = [&](reactor::loop& loop) {
        one.reset();
        one = std::make_unique<connected>(loop);
        const std::lock_guard lock(mutex);
        current = one->channel.ref();
    };
    other.call(renew);
    std::vector<std::thread> posters;
    for (int t = 0; t < threads; ++t)
        posters.emplace_back([&] {
            for (int i = 0; i < each; ++i) {
                reactor::channel_ref to;
                {
                    const std::lock_guard lock(mutex);
                    to = current;
                }
                other.handle().post(to, [&, to](reactor::dispatcher& d) {
                    ++reached;
                    mistaken += d.ref() != to || &d != &one->channel;
                });
            }
        });
    std::thread watcher([&] {
        for (auto& poster : posters)
            poster.join();
        done = true;
    });
    while (!done)
        other.call(renew);
    watcher.join();
    const auto before = other.call([&](reactor::loop&) { return reached; });
    other.handle().post(current, [&](reactor::dispatcher&) { ++reached; });
    other.call([&](reactor::loop&) { one.reset(); });
    CHECK(mistaken == 0);
    CHECK(before <= std::uint64_t{threads} * each);
    CHECK(reached == before + 1);
}

TEST_CASE("a loop may go while others post to it and its channels", "[threads]") {
    for (int round = 0; round < 20; ++round) {
        auto witness = std::make_shared<int>(0);
        auto other = std::make_unique<loop_thread>();
        const auto handle = other->handle();
        auto pair = make_socket_pair(AF_UNIX);
        const auto ref = other->call([&](reactor::loop& loop) {
            return loop.spawn<hooked::lines>(std::move(pair.ours)).ref();
        });
        std::vector<std::thread> posters;
        for (int t = 0; t < 2; ++t)
            posters.emplace_back([&handle, ref, witness] {
                while (handle.post([witness] {}) &&
                       handle.post(ref, [witness](reactor::dispatcher&) {})) {}
            });
        other.reset();
        for (auto& poster : posters)
            poster.join(); // each was refused in the end
        CHECK(witness.use_count() == 1);
    }
}

// --- side by side ---

TEST_CASE("loops in threads of their own share nothing and pass on what they like", "[threads]") {
    constexpr std::size_t count = 4;
    constexpr std::size_t rounds = 500;
    std::array<loop_thread, count> loops;
    struct token {
        std::array<loop_thread, count>& loops;
        std::promise<void>& home;
        std::size_t hops = 0;
        std::size_t wrong_thread = 0;

        void arrive() {
            wrong_thread += std::this_thread::get_id() != loops[hops % count].id();
            if (++hops == rounds * count)
                return home.set_value();
            loops[hops % count].handle().post([this] { arrive(); });
        }
    };
    std::promise<void> home;
    token one{loops, home};
    loops[0].handle().post([&] { one.arrive(); });
    REQUIRE(home.get_future().wait_for(support::patience) == std::future_status::ready);
    CHECK(one.hops == rounds * count);
    CHECK(one.wrong_thread == 0);
    for (auto& loop : loops) {
        loop.end();
        CHECK(loop.findings() == 0);
    }
}

TEST_CASE("two loops that share a port serve every connection", "[threads][E15]") {
    /// Greets, and closes when that was sent.
    struct greeter : reactor::dispatcher {
        using dispatcher::dispatcher;
        [[nodiscard]] const char* class_name() const noexcept override { return "greeter"; }
        void handle_accepted(unique_fd fd, const reactor::endpoint&) override {
            auto& guest = owner().spawn<hooked::lines>(std::move(fd));
            guest.push("welcome\n");
            guest.close_when_done();
        }
    };
    constexpr std::size_t count = 200;
    std::array<loop_thread, 2> loops;
    auto where = reactor::endpoint::loopback_v4(0);
    for (auto& loop : loops) {
        std::error_code ec;
        where = loop.call([&](reactor::loop& l) {
            auto& listener = l.spawn<greeter>();
            listener.create_socket(AF_INET);
            listener.set_reuse_port(ec);
            if (ec)
                return where;
            listener.bind(where);
            listener.listen();
            return listener.local_address();
        });
        if (ec == std::errc::operation_not_supported)
            SKIP("this system does not balance connections among the sockets of a port");
        REQUIRE_FALSE(ec);
    }
    std::vector<std::unique_ptr<scripted_peer>> guests;
    for (std::size_t i = 0; i < count; ++i)
        guests.push_back(std::make_unique<scripted_peer>(where));
    for (auto& guest : guests)
        support::wait_until("every guest is served", [&] {
            guest->pump();
            return guest->received() == "welcome\n" && guest->ended();
        });
    std::array<std::uint64_t, 2> accepts{};
    for (std::size_t i = 0; i < loops.size(); ++i)
        accepts[i] = loops[i].call([](reactor::loop& l) { return l.counters().accepts; });
    CHECK(accepts[0] + accepts[1] == count);
    CHECK(std::min(accepts[0], accepts[1]) > count / 8);
}

TEST_CASE("any number of threads may stop a loop that others post to", "[threads][E50]") {
    for (int round = 0; round < 50; ++round) {
        loop_fixture f;
        const reactor::work_guard guard(f.loop);
        std::atomic<bool> stopped = false;
        std::thread poster([&, handle = f.loop.handle()] {
            while (!stopped)
                handle.post([] {});
        });
        std::vector<std::thread> stoppers;
        for (int t = 0; t < 3; ++t)
            stoppers.emplace_back([handle = f.loop.handle()] { handle.stop(); });
        f.loop.run(); // for ever, were all three lost
        stopped = true;
        poster.join();
        for (auto& stopper : stoppers)
            stopper.join();
    }
    SUCCEED();
}

TEST_CASE("what four threads post is run in the order of each", "[threads][posts]") {
    constexpr std::size_t threads = 4;
    const auto each = posts_wanted() / threads;
    loop_fixture f;
    const reactor::work_guard guard(f.loop);
    std::array<std::size_t, threads> next{};
    std::size_t ran = 0;
    std::size_t out_of_order = 0;
    std::vector<std::thread> posters;
    for (std::size_t t = 0; t < threads; ++t)
        posters.emplace_back([&, t, handle = f.loop.handle()] {
            for (std::size_t i = 0; i < each; ++i)
                handle.post([&, t, i] {
                    out_of_order += next[t]++ != i;
                    if (++ran == threads * each)
                        f.loop.stop();
                });
        });
    f.loop.run(); // for ever, were one lost
    for (auto& poster : posters)
        poster.join();
    CHECK(ran == threads * each);
    CHECK(out_of_order == 0);
    CHECK(f.counters().posts == threads * each);
}
