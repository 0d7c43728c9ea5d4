#pragma once

#include "bench/contest/outcome.hpp"
#include "bench/contest/schedule.hpp"
#include "bench/measure/environment.hpp"
#include "bench/measure/statistics.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace contest {

/// All that a contest found, and how.
struct results {
    struct server {
        std::string name;
        std::string version; ///< As it says itself; may be empty.
    };
    bench::environment machine;
    std::vector<server> servers;
    std::vector<setting> settings;
    std::size_t repeats = 0; ///< That were asked for.
    std::chrono::milliseconds duration{};
    std::vector<std::string> notes; ///< A line each: what was left out and why.
    std::vector<outcome> outcomes;  ///< In the order in which they came.
    bool partial = false;           ///< Ended before all was done.
};

/// One figure of a trial; NaN when it has not got it.
using figure = double (*)(const figures&);
[[nodiscard]] double cpu_of(const figures& of);
[[nodiscard]] double p50_of(const figures& of);
[[nodiscard]] double p99_of(const figures& of);
[[nodiscard]] double memory_of(const figures& of);
[[nodiscard]] double deliveries_of(const figures& of);

/// What one server showed in one setting.
class showing {
public:
    showing(const results& all, std::size_t server, std::size_t setting);

    [[nodiscard]] std::size_t server() const noexcept { return server_; }
    /// The median over the repetitions and how far they spread.
    [[nodiscard]] bench::spread of(figure what) const;
    /// Divided by what the yardstick showed in the same repetition, the same way.
    [[nodiscard]] bench::spread to_yardstick(figure what) const;
    /// Trials that were done, and those of them that failed.
    [[nodiscard]] std::size_t trials() const noexcept { return trials_; }
    [[nodiscard]] std::size_t failed() const noexcept { return failures_.size(); }
    /// Why the first of these failed.
    [[nodiscard]] const std::string& first_failure() const { return failures_.front(); }

private:
    struct pair {
        figures own;
        const figures* yardstick; // of the same repetition; null: none
    };
    std::size_t server_;
    std::size_t trials_ = 0;
    std::vector<pair> pairs_;
    std::vector<std::string> failures_;
};

/// Of every server that was tried in it, in the order of `results::servers`.
[[nodiscard]] std::vector<showing> showings_in(const results& all, std::size_t setting);

/// A line for each thing that makes the figures worth less; empty when nothing does.
[[nodiscard]] std::vector<std::string> warnings_of(const results& all);

/// Whether every server was measured in every setting, without a failure.
[[nodiscard]] bool complete(const results& all);

} // namespace contest
