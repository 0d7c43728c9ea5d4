#pragma once

#include "bench/chatload/options.hpp"
#include "bench/chatload/violations.hpp"
#include "bench/measure/histogram.hpp"
#include "bench/measure/probe.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chatload {

/// What was read of the server's process.
struct server_usage {
    bench::cpu_used cpu;         ///< While measuring.
    bench::memory_use before;    ///< Before the first connection.
    bench::memory_use logged_in; ///< When all clients were in the room.
    bench::memory_use end;       ///< When measuring ended.
};

/// What one run found.  Rates belong to the measured time, the rest to the whole run.
struct results {
    options asked;

    std::chrono::nanoseconds login_time{};
    std::uint64_t joins = 0; ///< Notices of entering that came.

    std::chrono::nanoseconds measured{};
    std::uint64_t lines = 0;      ///< Lines that came to a first client while measuring.
    std::uint64_t deliveries = 0; ///< Lines that came to a client while measuring.
    bench::histogram own_echo;    ///< Latency at the sender.
    bench::histogram others;      ///< Latency at some other clients.

    std::uint64_t all_lines = 0;
    std::uint64_t all_deliveries = 0;
    violations found;
    std::vector<std::string> failures; ///< The first ones.
    std::uint64_t failure_count = 0;

    std::optional<server_usage> server;
    std::chrono::nanoseconds own_cpu{};  ///< The generator's, while measuring.
    std::chrono::nanoseconds own_wait{}; ///< For a core that others used, while measuring.
    bool interrupted = false;

    /// Whether the run was all that was asked for, without a fault.
    [[nodiscard]] bool ok() const noexcept { return failure_count == 0 && found.total() == 0; }
    /// The generator's share of a core.
    [[nodiscard]] double own_share() const noexcept;
    /// The share of the time for which it wanted a core and had none.
    [[nodiscard]] double own_wait_share() const noexcept;
    /// Above 0.9 the figures are the generator's, not the server's.
    [[nodiscard]] bool generator_bound() const noexcept { return own_share() > 0.9; }
    /// The same, because other processes had the generator's core.
    [[nodiscard]] bool generator_starved() const noexcept {
        return !generator_bound() && own_share() + own_wait_share() > 0.9;
    }
};

/// For people; several lines, each with its LF.
[[nodiscard]] std::string to_text(const results& run);
/// One JSON object, `"schema": "chatload/1"`, with an LF.  Times are in nanoseconds, memory in
/// bytes.
[[nodiscard]] std::string to_json(const results& run);
} // namespace chatload
