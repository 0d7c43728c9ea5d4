#pragma once

#include "bench/reactor-bench/benchmark.hpp"
#include "bench/reactor-bench/cases/failure.hpp"

#include <cstdint>
#include <string_view>

namespace reactor_bench {

/// What an acceptor counts.
struct accept_log {
    std::uint64_t accepted = 0;
    std::uint64_t live = 0; ///< Accepted and not yet closed.
    failure failed;
};

/// A server that accepts connections, says a line to each, and closes each when its other side
/// ends.
class acceptor {
public:
    static constexpr std::string_view greeting = "welcome\n";

    acceptor() = default;
    virtual ~acceptor() = default;
    acceptor(const acceptor&) = delete;
    acceptor& operator=(const acceptor&) = delete;

    /// Handles what is ready, without waiting.
    virtual void turn() = 0;
};

[[nodiscard]] benchmark accept_benchmark();

} // namespace reactor_bench
