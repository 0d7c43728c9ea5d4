#include "bench/reactor-bench/benchmark.hpp"
#include "bench/reactor-bench/cases/accept.hpp"
#include "bench/reactor-bench/cases/lines.hpp"
#include "bench/reactor-bench/cases/ping_pong.hpp"
#include "bench/reactor-bench/cases/posts.hpp"
#include "bench/reactor-bench/cases/ring.hpp"
#include "bench/reactor-bench/cases/room.hpp"
#include "bench/reactor-bench/cases/timers.hpp"

namespace reactor_bench {

const std::vector<benchmark>& benchmarks() {
    static const std::vector<benchmark> all{
        ring_benchmark(),    ping_pong_benchmark(), lines_benchmark(),
        fan_out_benchmark(), accept_benchmark(),    timers_benchmark(),
        posts_benchmark(),   memory_benchmark(),    pause_benchmark(),
    };
    return all;
}

} // namespace reactor_bench
