#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace reactor {

/// What may be pending for one channel, in bytes not yet taken by the kernel.  Shared by many
/// channels.
struct output_limits {
    /// What happens to a push past the hard limit.
    enum class policy : std::uint8_t {
        close,  ///< Close the channel with `errc::output_limit`.
        refuse, ///< `push` returns false and queues nothing; a broadcast still closes.
    };

    /// `handle_high_water` comes once pending output is above this ...
    std::size_t high_water = 64 * 1024;
    /// ... and `handle_low_water` once it is not above this any more.  Producers are asked only
    /// below it.
    std::size_t low_water = 16 * 1024;
    /// No channel gets to hold more; `push_exempt` does not count.
    std::size_t hard_limit = 16 * 1024 * 1024;
    /// The choice between the two.
    policy at_hard_limit = policy::close;
    /// A channel whose peer takes no byte for so long is closed with `errc::no_progress`; 0
    /// switches it off.
    std::chrono::nanoseconds no_progress = std::chrono::seconds{30};
};

} // namespace reactor
