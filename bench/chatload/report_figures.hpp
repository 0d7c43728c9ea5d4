#pragma once

#include "bench/chatload/run_report.hpp"
#include "bench/measure/axis.hpp"
#include "bench/measure/statistics.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace chatload {

/// Per second of the measured time; NaN when none was measured.
[[nodiscard]] double per_second(std::uint64_t amount, const run_figures& run) noexcept;

/// The server's CPU in ns for each of `amount`; NaN when it is not known or nothing was done.
[[nodiscard]] double server_cpu_per(std::uint64_t amount, const run_figures& run) noexcept;

/// What a server's cost is divided by.
struct work {
    const char* name; ///< `delivery`
    const char* plural;
    std::uint64_t counts::*count;
};
/// Deliveries, where there are any; else answers, else logins.
[[nodiscard]] const work& work_of(const run_report& report) noexcept;

/// Sessions and idle connections that are there before measuring begins.
[[nodiscard]] std::uint64_t sessions(const plan& asked) noexcept;
/// Memory that each of them added, in bytes; NaN when it is not known.
[[nodiscard]] double bytes_per_session(const plan& asked, const run_figures& run) noexcept;

/// The latencies of one kind in a load of a run; null when there are none.
[[nodiscard]] const bench::histogram* find_latency(const run_figures& run, std::size_t load,
                                                   const std::string& kind) noexcept;
/// The kinds of latencies that any run has for a load.
[[nodiscard]] std::vector<std::string> latency_kinds(const run_report& report, std::size_t load);

/// The latencies of one kind in a load, of all runs together.
[[nodiscard]] std::unique_ptr<bench::histogram>
all_latencies(const run_report& report, std::size_t load, const std::string& kind);

/// One figure of a report, in every run of it.
struct figure {
    std::string load; ///< Empty: of all together.
    std::string name;
    bench::unit in = bench::unit::number;
    const char* suffix = ""; ///< Of its text: `/s`.
    bool more_is_better = false;
    std::vector<double> runs;      ///< NaN: that run has it not.
    std::vector<double> by_second; ///< Of a single run: what it is proportional to.

    /// The same figure in another report.
    [[nodiscard]] bool same_as(const figure& other) const {
        return load == other.load && name == other.name;
    }
};
[[nodiscard]] std::string figure_text(double value, const figure& of);
/// `median (lowest to highest)`, or the only value there is.
[[nodiscard]] std::string spread_text(const figure& of);

/// All figures of a report that some run has: rates, latencies, costs.
[[nodiscard]] std::vector<figure> figures_of(const run_report& report);

} // namespace chatload
