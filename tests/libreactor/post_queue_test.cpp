// Posted functions and stop: what other threads may do, over the simulated world.
#include "support/sim_stage.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

using namespace sim_test;

TEST_CASE("posts cost no call while the loop is awake", "[posts][T18]") {
    stage s;
    s.turn();
    s.w.reset_counts();
    int ran = 0;
    for (int i = 0; i < 1000; ++i)
        s.loop.post([&] { ++ran; });
    CHECK(s.w.count(call::wake_signal) == 0);
    s.loop.run_once(1s);
    CHECK(ran == 1000);
    CHECK(s.w.elapsed() == 0ns);
    CHECK(s.loop.counters().posts == 1000);
    CHECK(s.loop.counters().wakeups == 0);
}

TEST_CASE("one blocked wait costs one wake-up whatever the number of posts", "[posts][T18]") {
    stage s;
    s.turn();
    s.w.reset_counts();
    int ran = 0;
    s.w.after(10ms, [&] {
        for (int i = 0; i < 100; ++i)
            s.loop.post([&] { ++ran; });
    });
    s.loop.run_once(1s);
    CHECK(ran == 100);
    CHECK(s.w.elapsed() == 10ms);
    CHECK(s.w.count(call::wake_signal) == 1);
    s.w.reset_counts();
    s.pass(50ms);
    CHECK(s.waits() <= 2); // the wake-up was drained
}

TEST_CASE("what a post posts runs in the next iteration", "[posts]") {
    stage s;
    std::vector<int> order;
    s.loop.post([&] {
        order.push_back(1);
        s.loop.post([&] { order.push_back(3); });
    });
    s.loop.post([&] { order.push_back(2); });
    s.turn();
    CHECK(order == std::vector{1, 2});
    s.loop.run_once(1s);
    CHECK(order == std::vector{1, 2, 3});
    CHECK(s.w.elapsed() == 0ns);
}

TEST_CASE("a stop before run lets it do one iteration without waiting", "[posts][E50]") {
    stage s;
    reactor::work_guard guard(s.loop);
    s.loop.stop();
    s.loop.run();
    CHECK(s.loop.counters().iterations == 1);
    CHECK(s.w.elapsed() == 0ns);
    s.loop.run(1ms, 2); // the stop is used up
    CHECK(s.loop.counters().iterations == 3);
    CHECK(s.w.elapsed() == 2ms);
}

TEST_CASE("a handle that outlives its loop refuses and destroys what it gets", "[posts][E50]") {
    world w;
    std::optional<reactor::loop> loop(std::in_place);
    const auto handle = loop->handle();
    const auto payload = std::make_shared<int>(1);
    CHECK(handle.post([payload] {}));
    loop.reset();
    CHECK(payload.use_count() == 1); // destroyed unrun
    bool ran = false;
    CHECK_FALSE(handle.post([payload, &ran] { ran = true; }));
    CHECK_FALSE(handle.post(reactor::channel_ref{}, [payload](reactor::dispatcher&) {}));
    handle.stop();
    CHECK_FALSE(ran);
    CHECK(payload.use_count() == 1);
}

TEST_CASE("what unrun posts hold may use the loop's handle as it goes", "[posts][E50]") {
    struct poster {
        reactor::loop_handle handle;
        bool* refused;
        ~poster() {
            *refused = !handle.post([] {});
        }
    };
    world w;
    bool refused = false;
    {
        reactor::loop loop;
        auto held = std::unique_ptr<poster>(new poster{loop.handle(), &refused});
        loop.post([held = std::move(held)] { (void)held; });
    }
    CHECK(refused);
}

TEST_CASE("a hundred thousand posts of four threads all run in each one's order", "[posts][E50]") {
    constexpr std::size_t threads = 4;
    constexpr int posts = 25'000;
    stage s;
    s.w.expect_other_threads(true);
    std::array<int, threads> last{};
    bool ordered = true;
    std::size_t ran = 0;
    std::vector<std::thread> posters;
    for (std::size_t t = 0; t < threads; ++t)
        posters.emplace_back([&, t, handle = s.loop.handle()] {
            for (int i = 1; i <= posts; ++i)
                handle.post([&, t, i] {
                    ordered = ordered && last[t] + 1 == i;
                    last[t] = i;
                    ++ran;
                });
        });
    reactor::work_guard guard(s.loop);
    while (ran < threads * posts && !s.w.stuck())
        s.loop.run_once({});
    for (auto& poster : posters)
        poster.join();
    CHECK(ordered);
    CHECK(ran == threads * posts);
    CHECK(s.loop.counters().posts == ran);
}

TEST_CASE("a stop of another thread ends run while posts go on", "[posts][E50]") {
    for (int round = 0; round < 50; ++round) {
        stage s;
        s.w.expect_other_threads(true);
        reactor::work_guard guard(s.loop);
        int ran = 0;
        std::thread other([&ran, handle = s.loop.handle()] {
            for (int i = 0; i < 20; ++i)
                handle.post([&ran] { ++ran; });
            handle.stop();
        });
        s.loop.run();
        other.join();
        s.turn();
        CHECK(ran == 20);
    }
}

TEST_CASE("a loop may end while other threads post to it", "[posts][E50]") {
    for (int round = 0; round < 50; ++round) {
        std::atomic<int> accepted = 0;
        std::atomic<int> destroyed = 0;
        const auto count_end = [&](int* p) {
            delete p;
            ++destroyed;
        };
        world w;
        std::optional<reactor::loop> loop(std::in_place);
        const auto kept = loop->handle(); // the last one closes the wake-up: here, not there
        std::atomic<bool> started = false;
        std::thread other([&, handle = loop->handle()] {
            for (bool open = true; open;) {
                open = handle.post([held = std::shared_ptr<int>(new int{0}, count_end)] {});
                accepted += open ? 1 : 0;
                started = true;
            }
        });
        while (!started)
            std::this_thread::yield();
        loop->run_once();
        loop.reset();
        other.join();
        CHECK(accepted > 0);
        CHECK(destroyed == accepted + 1); // the one refused as well
    }
}
