#pragma once

#include "bench/chatload/run_report.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace chatload {

/// Looks for the highest rate that a server holds: which rates to try, and when to stop.  Doubles
/// the rate until one is not held, then halves the way between; all of it in ratios, until the
/// highest held and the lowest not held are less than 5 % apart.  A rate is not held when two tries
/// have failed, as one may be the machine's hiccup.
class limit_finder {
public:
    /// @param start  the first rate, > 0.
    /// @param slo    what 99 % of the latencies must not exceed.
    limit_finder(double start, std::chrono::nanoseconds slo);

    /// The rate to try next; empty when the search is over.
    [[nodiscard]] std::optional<double> next() const noexcept { return next_; }
    /// Takes what came of `next()`.
    /// @param sound  whether the run was one without violations and failures.
    void note(limit_step tried, bool sound);
    /// All that was tried so far, and the best of it.
    [[nodiscard]] const limit_search& found() const noexcept { return found_; }

private:
    static constexpr double precision = 1.05;
    static constexpr double least = 10; // fewer in a few seconds tell nothing
    static constexpr double most = 1e7;

    [[nodiscard]] bool holds(const limit_step& tried, bool sound) const noexcept;
    [[nodiscard]] std::optional<double> rate_between() const noexcept;

    limit_search found_;
    std::optional<double> next_;
    std::optional<double> lowest_failed_;
    double failed_once_ = 0; // the rate that is tried for the second time
};

/// What a run tells of the rate that one of its loads had.
/// @param searched  which of the plan's loads.
/// @param slo       a generator that was later itself says nothing of the server.
[[nodiscard]] limit_step step_of(const run_figures& run, const plan& asked, std::size_t searched,
                                 std::chrono::nanoseconds slo);

} // namespace chatload
