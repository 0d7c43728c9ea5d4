#pragma once

#include "bench/reactor-bench/benchmark.hpp"
#include "bench/reactor-bench/cases/failure.hpp"

#include <cstdint>

namespace reactor_bench {

/// What all places of a ring count down, and how it went.
struct ring_work {
    std::uint64_t reads = 0;  ///< Still to come.
    std::uint64_t writes = 0; ///< Still to be made.
    failure failed;

    static constexpr char byte = '*';

    /// Counts a byte that was read.  Whether it is to be passed on.
    [[nodiscard]] bool received(char what) noexcept {
        if (what != byte)
            failed.wrong("ring: another byte than was sent");
        --reads;
        if (writes == 0)
            return false;
        --writes;
        return true;
    }
    /// Whether the loop is to stop.
    [[nodiscard]] bool done() const noexcept { return reads == 0 || failed; }
};

/// Pairs of sockets that some loop watches: a byte that comes out of one pair's reader goes into
/// the next pair's writer, at once.  Never more than a few bytes are in a socket, so no write
/// blocks.
class ring {
public:
    ring() = default;
    virtual ~ring() = default;
    ring(const ring&) = delete;
    ring& operator=(const ring&) = delete;

    /// Passes bytes on until the work is done.
    virtual void run(ring_work& work) = 0;
};

/// The ring of libevent's bench.c: what an event costs, with next to nothing to do for it.
[[nodiscard]] benchmark ring_benchmark();

} // namespace reactor_bench
