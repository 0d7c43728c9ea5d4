#pragma once

#include <chrono>

namespace reactor::sim {

/// What a bad day does to a program's connections; all of it is drawn from the world's seed, so
/// that a run can be played again.
///
/// Nothing here is a fault: each is something that a real system may do at any time and that a
/// correct program does not notice, except `resets`.  The members' defaults make a rough day.
struct chaos {
    /// How likely a receive gives only a part of what is there, at least a byte; a batch of
    /// datagrams, fewer of them.
    double short_reads = 0.5;
    /// How likely a send takes only a part of what is offered, at least a byte; of a batch, fewer
    /// datagrams.
    double short_writes = 0.5;
    /// How likely a receive, send or accept gives EAGAIN although it was ready.
    double refusals = 0.1;
    /// How likely such a call, or a wait, gives EINTR.
    double interrupts = 0.05;
    /// How likely a send, of the program or of a peer, finds the connection reset on both ends.
    double resets = 0;
    /// How likely a datagram of UDP is lost on its way.
    double losses = 0.1;
    /// How likely it arrives twice.
    double duplicates = 0.05;
    /// What is sent over TCP arrives after at most so long, in order; the program's connects
    /// take so long too.  Of datagrams of UDP each takes its own time, so they overtake each other.
    std::chrono::nanoseconds most_delay = std::chrono::milliseconds{5};
    /// Events come in an order drawn from the seed, as `world::shuffle_events`.
    bool shuffled_events = true;

    /// A fine day: nothing of the above.
    [[nodiscard]] static constexpr chaos none() noexcept {
        return {.short_reads = 0,
                .short_writes = 0,
                .refusals = 0,
                .interrupts = 0,
                .resets = 0,
                .losses = 0,
                .duplicates = 0,
                .most_delay = {},
                .shuffled_events = false};
    }
};

} // namespace reactor::sim
