#pragma once

#include <reactor/counters.hpp>
#include <reactor/flight_recorder.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace chatd {

/// What a probe gets.
struct health {
    bool good = true;
    /// A sentence for a human, with a newline.
    std::string text;
};

/// Whether the loop is alive.
///
/// Who asks is answered by the loop itself, so a loop that hangs answers nobody: the prober's
/// time-out is the bad answer.  What this adds is the loop that hung and came back: bad for
/// `memory` after the first question that finds an iteration of `stall` or longer since the
/// question before.
class health_watch {
public:
    /// Shortest iteration that counts as a stall by default: a bound of
    /// `reactor::counters::iteration_time`, about 2.1 s.
    static constexpr std::size_t default_stall = 19;

    /// @param stall   a place in `reactor::counters::iteration_time`, the least that counts.
    /// @param memory  how long a stall is remembered.
    explicit health_watch(std::size_t stall = default_stall,
                          std::chrono::nanoseconds memory = std::chrono::seconds{30}) noexcept
        : stall_(stall), memory_(memory) {}

    /// @param now  as `reactor::loop::now`.
    [[nodiscard]] health ask(const reactor::counters& counts,
                             const reactor::flight_recorder& recorder,
                             std::chrono::nanoseconds now);

private:
    std::size_t stall_;
    std::chrono::nanoseconds memory_;
    std::uint64_t seen_ = 0;                        // stalls, at the last question
    std::optional<std::chrono::nanoseconds> found_; // when one was found last
};

} // namespace chatd
