#pragma once

#include "fault_plan.hpp"
#include "sim_clock.hpp"

#include <reactor/sim/chaos.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>

namespace reactor::sim::detail {

/// Draws what the world's chaos does, call by call.
class chaos_source {
public:
    chaos_source(std::mt19937_64& random, sim_clock& clock) noexcept
        : random_(random), clock_(clock) {}

    void set(const chaos& what) noexcept { what_ = what; }

    /// What happens to a call that would move `size` bytes.
    fault_outcome for_call(call which, std::size_t size);
    /// How long the next bytes, or the next connect, are under way.
    std::chrono::nanoseconds delay();
    /// The connection breaks now.
    bool resets() { return drawn(what_.resets); }
    /// The next datagram is lost; another one comes twice.
    bool loses() { return drawn(what_.losses); }
    bool duplicates() { return drawn(what_.duplicates); }

    [[nodiscard]] sim_clock& clock() const noexcept { return clock_; }

private:
    bool drawn(double chance);
    std::size_t part_of(std::size_t size);

    std::mt19937_64& random_;
    sim_clock& clock_;
    chaos what_ = chaos::none();
};

} // namespace reactor::sim::detail
