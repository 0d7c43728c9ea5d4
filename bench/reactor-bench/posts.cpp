#include "bench/reactor-bench/posts.hpp"

#include "bench/reactor-bench/stopwatch.hpp"

#include <reactor/loop.hpp>
#include <reactor/work_guard.hpp>

#include <fmt/format.h>

#include <thread>
#include <vector>

namespace reactor_bench {

posts_result run_posts(const posts_options& asked) {
    posts_result found{.asked = asked};
    reactor::loop loop;
    const reactor::work_guard guard(loop); // until the last function has run
    std::vector<std::jthread> threads;     // joined before the loop goes
    const stopwatch watch;
    for (std::uint32_t i = 0; i < asked.threads; ++i) {
        const auto share = asked.posts / asked.threads + (i < asked.posts % asked.threads ? 1 : 0);
        threads.emplace_back([&, share] {
            for (auto left = share; left > 0; --left)
                loop.post([&] {
                    if (++found.ran == asked.posts)
                        loop.stop();
                });
        });
    }
    loop.run();
    found.elapsed = watch.elapsed();
    found.cpu = watch.user_cpu() + watch.system_cpu();
    found.wakeups = loop.counters().wakeups;
    found.iterations = loop.counters().iterations;
    return found;
}

std::string to_text(const posts_result& found) {
    const auto per_post = [&](std::chrono::nanoseconds time) {
        return static_cast<double>(time.count()) / static_cast<double>(found.ran);
    };
    return fmt::format("{} posts by {} {}: {} iterations, {} wake-ups\n"
                       "CPU {:.1f} ns a post, elapsed {:.1f} ns a post\n",
                       found.ran, found.asked.threads,
                       found.asked.threads == 1 ? "thread" : "threads", found.iterations,
                       found.wakeups, per_post(found.cpu), per_post(found.elapsed));
}

} // namespace reactor_bench
