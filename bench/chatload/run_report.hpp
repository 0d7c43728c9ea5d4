#pragma once

#include "bench/chatload/plan.hpp"
#include "bench/chatload/violations.hpp"
#include "bench/measure/environment.hpp"
#include "bench/measure/histogram.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chatload {

/// Latencies of one kind: `echo` (at the sender), `others` (at other clients of the room), `answer`
/// (of a question), `login` (from the intended start of connecting until logged in).
struct latency {
    std::string name;
    bench::histogram times;
};

/// What happened, by count.
struct counts {
    std::uint64_t lines = 0;      ///< That came to a first client.
    std::uint64_t deliveries = 0; ///< Lines that came to a client.
    std::uint64_t answers = 0;
    std::uint64_t logins = 0;
    std::uint64_t joins = 0; ///< Notices of entering that came.
};

/// One load while measuring.
struct load_figures {
    std::string name; ///< As in the plan.
    counts done;
    std::vector<latency> latencies;         ///< Only those that have times.
    std::uint64_t closed_stalled = 0;       ///< Stalled readers that the server closed.
    std::chrono::nanoseconds latest_send{}; ///< How late the schedule of an open loop was, at most.
};

/// One second of measuring, all loads together.
struct second_figures {
    std::chrono::nanoseconds at{}; ///< Its end, since measuring began.
    counts done;
    std::chrono::nanoseconds p50{}, p99{}, max{}; ///< Of all latencies but `login`.
    std::optional<double> server_cpu_share;       ///< Of one core.
    std::optional<std::uint64_t> server_resident;
    double own_cpu_share = 0;
    std::uint32_t connected = 0;
};

/// What was read of the server's process while measuring.
struct server_figures {
    std::chrono::nanoseconds cpu{};
    std::string cpu_source;            ///< `schedstat` or `stat`.
    std::uint64_t resident_before = 0; ///< Before the first connection.
    std::uint64_t resident_logged_in = 0;
    std::uint64_t resident_end = 0;
    std::uint64_t resident_peak = 0;
    std::optional<std::uint64_t> context_switches; ///< Empty where the system does not tell.
    std::optional<std::uint64_t> system_calls;
    std::string no_system_calls; ///< Why they were not counted; empty when they were.
};

/// The load generator itself while measuring.
struct generator_figures {
    std::chrono::nanoseconds cpu{};  ///< Of all threads.
    std::chrono::nanoseconds wait{}; ///< Ready to run and without a core, all threads.
    double busiest_thread = 0;       ///< Its share of a core.
};

/// One run.  Figures belong to the measured time, unless they say otherwise.
struct run_figures {
    std::chrono::nanoseconds login_time{}; ///< Until all that log in before warm-up had done so.
    std::chrono::nanoseconds measured{};
    counts done;
    std::vector<load_figures> loads; ///< In the plan's order.
    std::vector<second_figures> seconds;
    std::optional<server_figures> server;
    generator_figures generator;
    counts whole_run;
    violations found;
    std::vector<std::string> failures; ///< The first ones; clients that failed alike share one.
    std::uint64_t failure_count = 0;   ///< With those that are not among them.
    bool interrupted = false;

    /// Whether the run was all that was asked for, without a fault.
    [[nodiscard]] bool ok() const noexcept { return failure_count == 0 && found.total() == 0; }
};

/// What a search for the highest rate tried, in order.
struct limit_step {
    double rate = 0;    ///< Offered: lines, questions or visits a second.
    double reached = 0; ///< Of these, what came.
    std::chrono::nanoseconds p99{};
    bool held = false;
    bool generator_bound = false; ///< The load generator or the machine was the bottleneck.
};
struct limit_search {
    std::chrono::nanoseconds slo{};
    std::optional<double> highest_held; ///< As `limit_step::rate`; empty when none was.
    std::vector<limit_step> steps;
    /// The search ended at the load generator's limit: the server's is higher.
    bool generator_bound = false;
};

/// All that one command found: what `--json` holds and every other output is made of.
struct run_report {
    plan asked;
    bench::environment machine;
    std::vector<run_figures> runs; ///< Repeated runs of one plan; of a search: the highest held.
    std::optional<limit_search> limit;
    bool partial = false; ///< Ended before all that was asked for was done.

    /// Whether every run was; without any, whether there was a search that tells something.
    [[nodiscard]] bool ok() const noexcept;
};

} // namespace chatload
