#include "bench/reactor-bench/cases/posts.hpp"

#include "bench/reactor-bench/meter.hpp"

#include <stdexcept>
#include <thread>

namespace reactor_bench {

namespace {

std::vector<double> measure(const peer& by, const setting& chosen) {
    const std::uint64_t count = chosen["posts"];
    const std::uint64_t threads = chosen["threads"];
    post_log log{.expected = count};
    const auto target = by.make_post_target(log);
    meter used;
    used.start();
    {
        std::vector<std::jthread> posters;
        posters.reserve(threads);
        for (std::uint64_t t = 0; t < threads; ++t) {
            posters.emplace_back([&, t] {
                for (std::uint64_t number = t; number < count; number += threads)
                    target->post(number);
            });
        }
        target->run();
    }
    used.stop();
    if (log.ran != count || log.sum != count * (count - 1) / 2)
        throw std::runtime_error("posts: some were lost, doubled or changed");
    return {used.cpu_per(count), used.elapsed_per(count)};
}

} // namespace

benchmark posts_benchmark() {
    return {
        .name = "posts",
        .about = "Functions posted to a loop from other threads",
        .parameters =
            {{.name = "threads", .meaning = "Threads that post", .values = {1, 4}, .most = 256},
             {.name = "posts",
              .meaning = "Functions posted, by all threads together",
              .values = {500'000},
              .most = 1'000'000'000,
              .amount = true}},
        .figures = {{.name = "CPU of all threads", .unit = "ns/post"},
                    {.name = "elapsed", .unit = "ns/post"}},
        .offered = [](const peer& by) { return by.make_post_target != nullptr; },
        .measure = &measure,
    };
}

} // namespace reactor_bench
