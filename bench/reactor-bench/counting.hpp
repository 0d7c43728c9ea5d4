#pragma once

#include "bench/reactor-bench/benchmark.hpp"

#include <cstdint>
#include <string>

namespace reactor_bench {

/// How instructions are counted.
enum class counting : std::uint8_t {
    automatic, ///< By the processor where that is possible, else by callgrind.
    processor, ///< By its counter, in the rounds themselves.
    callgrind, ///< By valgrind's callgrind, in runs of their own.
    none,
};

/// One number, or why there is none.
struct counted {
    double value = 0;
    std::string why_not; ///< Empty: there is a number.
};

/// Runs the benchmark twice under callgrind, the second time with three times its `counted_amount`,
/// in processes of their own; the difference is what an event costs without any set-up.  Takes a
/// few seconds.
/// @param program  reactor-bench itself.
/// @param amount   of the first run.
[[nodiscard]] counted count_by_callgrind(const std::string& program, const benchmark& what,
                                         const peer& by, const setting& chosen,
                                         std::uint64_t amount);

} // namespace reactor_bench
