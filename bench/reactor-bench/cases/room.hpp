#pragma once

#include "bench/reactor-bench/benchmark.hpp"

#include <cstddef>

namespace reactor_bench {

/// A server that gives what any of its members says to all of them, as it comes (there is one who
/// speaks at a time).  It owes a member who does not read whatever was said, without limit.  It
/// drops a member whose connection ends, with what is owed.
class room {
public:
    room() = default;
    virtual ~room() = default;
    room(const room&) = delete;
    room& operator=(const room&) = delete;

    /// Handles what is ready, without waiting.
    virtual void turn() = 0;
    /// Who is still there.
    [[nodiscard]] virtual std::size_t members() const = 0;
};

[[nodiscard]] benchmark fan_out_benchmark();

/// How long the loop stands still when the one who owes much is dropped.
[[nodiscard]] benchmark pause_benchmark();

} // namespace reactor_bench
