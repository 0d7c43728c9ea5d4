#include "timer_queue.hpp"

#include "support/catch.hpp"

#include "support/sanitized.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using reactor::timer;
using reactor::unique_function;
using reactor::detail::timer_queue;

namespace {

constexpr auto once = 0ns;

/// A queue whose functions note their letters.
struct queue_stage {
    timer_queue queue;
    std::string ran;

    std::uint32_t add(char letter, timer::weight w = timer::weight::work) {
        return queue.add([this, letter] { ran += letter; }, w);
    }
    std::size_t run_at(std::chrono::nanoseconds time) {
        queue.set_now(time);
        return queue.run_due([](unique_function<void()>& function) { function(); });
    }
};

} // namespace

TEST_CASE("delays are never negative and never pass the end of time", "[timer]") {
    using reactor::detail::later;
    constexpr auto end = std::chrono::nanoseconds::max();
    CHECK(later(5ns, 7ns) == 12ns);
    CHECK(later(5ns, -7ns) == 5ns);
    CHECK(later(5ns, end) == end - 1ns);
    CHECK(later(end - 1ns, 1h) == end - 1ns);
}

TEST_CASE("due timers run in the order of their times and then of their starts", "[timer]") {
    queue_stage q;
    const auto a = q.add('a');
    const auto b = q.add('b');
    const auto c = q.add('c');
    const auto d = q.add('d');
    q.queue.start(a, 30ns, once);
    q.queue.start(c, 10ns, once);
    q.queue.start(b, 10ns, once);
    q.queue.start(d, 50ns, once);
    CHECK(q.queue.first() == 10ns);
    CHECK(q.run_at(9ns) == 0);
    CHECK(q.run_at(30ns) == 3);
    CHECK(q.ran == "cba");
    CHECK_FALSE(q.queue.pending(a));
    CHECK(q.queue.pending(d));
    CHECK(q.queue.first() == 50ns);
}

TEST_CASE("a cancelled timer does not run and a restarted one runs once", "[timer]") {
    queue_stage q;
    const auto a = q.add('a');
    const auto b = q.add('b');
    q.queue.start(a, 10ns, once);
    q.queue.cancel(a);
    q.queue.cancel(a);
    q.queue.start(b, 10ns, once);
    q.queue.start(b, 20ns, once);
    CHECK(q.run_at(10ns) == 0);
    CHECK(q.run_at(20ns) == 1);
    CHECK(q.run_at(30ns) == 0);
    CHECK(q.ran == "b");
    CHECK(q.queue.first() == std::chrono::nanoseconds::max());
}

TEST_CASE("periods that were missed are skipped", "[timer]") {
    queue_stage q;
    const auto a = q.add('a');
    q.queue.start(a, 10ns, 10ns);
    CHECK(q.run_at(10ns) == 1);
    CHECK(q.run_at(57ns) == 1);
    CHECK(q.queue.first() == 60ns);
    CHECK(q.run_at(60ns) == 1);
    CHECK(q.queue.first() == 70ns);
    q.queue.cancel(a);
    CHECK(q.run_at(100ns) == 0);
}

TEST_CASE("only work timers count as work", "[timer]") {
    queue_stage q;
    const auto work = q.add('w');
    const auto background = q.add('b', timer::weight::background);
    q.queue.start(work, 10ns, once);
    q.queue.start(work, 20ns, once);
    q.queue.start(background, 10ns, 10ns);
    CHECK(q.queue.work() == 1);
    q.run_at(20ns);
    CHECK(q.queue.work() == 0);
    q.queue.start(work, 30ns, 5ns);
    q.run_at(30ns);
    CHECK(q.queue.work() == 1);
    q.queue.remove(work);
    CHECK(q.queue.work() == 0);
}

TEST_CASE("what a timer function starts waits for the next call", "[timer]") {
    timer_queue queue;
    int runs = 0;
    std::uint32_t node = 0;
    node = queue.add(
        [&] {
            ++runs;
            queue.start(node, queue.now(), once);
        },
        timer::weight::work);
    queue.start(node, 5ns, once);
    queue.set_now(5ns);
    const auto run = [](unique_function<void()>& function) { function(); };
    CHECK(queue.run_due(run) == 1);
    CHECK(queue.run_due(run) == 1);
    CHECK(runs == 2);
}

TEST_CASE("a timer function may remove any timer that is due with it", "[timer][E39]") {
    queue_stage q;
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    const auto alive = std::make_shared<int>(1);
    first = q.queue.add(
        [&q, &first, &second, alive] {
            q.queue.remove(second);
            q.queue.remove(first);
            q.ran += 'f';
        },
        timer::weight::work);
    second = q.add('s');
    q.queue.start(first, 1ns, once);
    q.queue.start(second, 1ns, once);
    CHECK(q.run_at(1ns) == 1);
    CHECK(q.ran == "f");
    CHECK(alive.use_count() == 1);
    CHECK(q.queue.work() == 0);
}

TEST_CASE("a node that is used again gets nothing of its former owner", "[timer][E1]") {
    queue_stage q;
    const auto victim = q.add('v');
    std::uint32_t heir = 0;
    const auto killer = q.queue.add(
        [&] {
            q.queue.remove(victim);
            heir = q.add('h');
            q.queue.start(heir, 1ns, once);
        },
        timer::weight::work);
    q.queue.start(killer, 1ns, once);
    q.queue.start(victim, 1ns, once);
    CHECK(q.run_at(1ns) == 1);
    CHECK(heir == victim);
    CHECK(q.ran.empty());
    CHECK(q.run_at(1ns) == 1);
    CHECK(q.ran == "h");
}

TEST_CASE("a function that goes away may come back to its queue", "[timer]") {
    struct remover {
        timer_queue* queue;
        std::uint32_t node;
        ~remover() { queue->remove(node); }
    };
    timer_queue queue;
    const auto inner = queue.add([] {}, timer::weight::work);
    const auto outer =
        queue.add([held = std::unique_ptr<remover>(new remover{&queue, inner})] { (void)held; },
                  timer::weight::work);
    queue.start(inner, 1ns, once);
    queue.remove(outer);
    CHECK(queue.work() == 0);
}

TEST_CASE("a million timers are added and cancelled and run in order", "[timer][E18]") {
    constexpr std::uint32_t count = support::often(1'000'000U);
    timer_queue queue;
    std::mt19937_64 random(1); // NOLINT(cert-msc51-cpp): the same every time
    std::vector<std::int64_t> times(count);
    std::vector<std::uint32_t> ran;
    ran.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        times[i] = static_cast<std::int64_t>(random() % 1'000'000'000);
        const auto node = queue.add([&ran, i] { ran.push_back(i); }, timer::weight::work);
        queue.start(node, std::chrono::nanoseconds{times[i]}, {});
    }
    for (std::uint32_t i = 0; i < count; i += 2)
        queue.cancel(i); // nodes are given out in order
    CHECK(queue.work() == count / 2);
    std::size_t calls = 0;
    bool early = false;
    for (std::int64_t now = 0; queue.work() > 0; now += 100'000'000) {
        queue.set_now(std::chrono::nanoseconds{now});
        const auto before = ran.size();
        calls += queue.run_due([](unique_function<void()>& function) { function(); });
        for (auto i = before; i < ran.size(); ++i)
            early = early || times[ran[i]] > now;
    }
    CHECK_FALSE(early);
    CHECK(calls == count / 2);
    CHECK(ran.size() == count / 2);
    CHECK(std::is_sorted(ran.begin(), ran.end(),
                         [&](auto a, auto b) { return times[a] < times[b]; }));
    CHECK(std::all_of(ran.begin(), ran.end(), [](auto i) { return i % 2 == 1; }));
}
