#include "bench/reactor-bench/benchmark.hpp"
#include "bench/reactor-bench/cases/ring.hpp"

namespace reactor_bench {

const std::vector<benchmark>& benchmarks() {
    static const std::vector<benchmark> all{
        ring_benchmark(),
    };
    return all;
}

} // namespace reactor_bench
