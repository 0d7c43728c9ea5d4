#pragma once

#include "bench/measure/environment.hpp"
#include "bench/measure/statistics.hpp"
#include "bench/reactor-bench/benchmark.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <utility>
#include <vector>

namespace reactor_bench {

/// What the rounds of one peer gave.
struct peer_figures {
    std::string peer;
    /// For each figure of the benchmark, what each round gave; NaN: not measured.
    std::vector<std::vector<double>> rounds;
    std::string failure; ///< What went wrong, which ended its rounds; empty: nothing did.
};

/// One way in which a benchmark ran.
struct setting_results {
    setting chosen;
    std::vector<peer_figures> peers; ///< In the order of `peers()`.
};

struct benchmark_results {
    const benchmark* what = nullptr;
    std::vector<setting_results> settings;
    /// By what instructions were counted, or why they were not; empty: the benchmark has none.
    std::string instructions;
};

/// What a whole run gave.
struct results {
    bench::environment where;
    unsigned rounds = 0; ///< That were asked for.
    double scale = 1;
    bool interrupted = false; ///< Not all was run.
    std::vector<const peer*> loops;
    std::vector<benchmark_results> benchmarks;

    [[nodiscard]] bool failed() const noexcept;
};

/// What the others are compared to; null when it was not run.
[[nodiscard]] const peer_figures* raw_of(const setting_results& at);
/// The figures that anybody has a number for; `benchmark_results::instructions` says why it is not
/// all.
[[nodiscard]] std::vector<std::size_t> measured_figures(const setting_results& at);
/// `812 ±3%`: the median, and half of the distance from the least to the greatest; `-` for nothing.
[[nodiscard]] std::string with_spread(const bench::spread& of);
/// `1.25x`; empty where there is nothing to compare with.
[[nodiscard]] std::string ratio(const bench::spread& of, const bench::spread& raw);

/// The table of one benchmark, with a line for each peer and the ratio to raw epoll beside each
/// figure.
[[nodiscard]] std::string to_text(const benchmark_results& found);

/// Everything, as `bench/reactor-bench/README.md` describes it.
[[nodiscard]] nlohmann::ordered_json to_json(const results& found);

/// One self-contained page: a table and a chart for each setting of each benchmark.
[[nodiscard]] std::string to_html(const results& found);

} // namespace reactor_bench
