#include "bench/reactor-bench/options.hpp"
#include "bench/reactor-bench/posts.hpp"
#include "bench/reactor-bench/ring.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    using namespace reactor_bench;
    try {
        const auto parsed = parse_options(argc, argv);
        if (const auto* exit = std::get_if<early_exit>(&parsed)) {
            fmt::print(exit->status == 0 ? stdout : stderr, "{}", exit->text);
            return exit->status;
        }
        if (const auto* ring = std::get_if<ring_options>(&parsed))
            fmt::print("{}", to_text(run_ring(*ring)));
        else
            fmt::print("{}", to_text(run_posts(std::get<posts_options>(parsed))));
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "reactor-bench: {}\n", error.what());
        return 1;
    }
}
