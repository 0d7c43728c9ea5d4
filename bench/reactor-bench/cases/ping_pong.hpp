#pragma once

#include "bench/reactor-bench/benchmark.hpp"
#include "bench/reactor-bench/cases/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reactor_bench {

/// What all ends of a ping-pong count, and how it went.
struct ping_pong_work {
    /// One block goes to and fro on each connection, so what an end receives is that block again
    /// and again, in whatever pieces.
    std::string block;
    std::uint64_t left = 0;             ///< Bytes that are still to be received, by all ends.
    std::vector<std::size_t> positions; ///< For each end, the place in the block.
    failure failed;

    /// Checks and counts what an end received.  Whether to send it back.
    [[nodiscard]] bool received(std::size_t end, std::string_view data) noexcept;
    /// Whether the loop is to stop.
    [[nodiscard]] bool done() const noexcept { return left == 0 || failed; }
};

/// Ends of connections that a loop watches, each of which sends back whatever it receives.
class ping_pong {
public:
    ping_pong() = default;
    virtual ~ping_pong() = default;
    ping_pong(const ping_pong&) = delete;
    ping_pong& operator=(const ping_pong&) = delete;

    /// Runs the loop until the work is done.
    virtual void run() = 0;
};

[[nodiscard]] benchmark ping_pong_benchmark();

} // namespace reactor_bench
