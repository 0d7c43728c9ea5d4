#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace reactor {

/// How one loop behaves; the defaults suit servers.  Budgets and the buffer's size count as 1 when
/// they are 0, a negative `flush_time` or `dispatch_time` as 0.
struct loop_options {
    /// Which back end asks the kernel.
    enum class poller_kind : std::uint8_t {
        automatic, ///< `REACTOR_POLLER` (`epoll`, `kqueue` or `poll`) if set, else the first of
                   ///< the three that the system has.
        epoll,     ///< Linux.
        kqueue,    ///< macOS and the BSDs.
        poll,      ///< Everywhere; its cost grows with the number of channels.
    };
    /// The loop's constructor throws std::invalid_argument for one that the system does not have.
    poller_kind poller = poller_kind::automatic;

    /// Looks for mistakes in the use of the loop, each printed on standard error once (a forgotten
    /// `interest_changed()` once an opening, all else once a class) and counted in
    /// `counters::audit_findings`, always by class name: channels whose predicates answer otherwise
    /// than what is in force (asyncore's literal scan, run beside the changed list), callbacks
    /// longer than `slow_callback`, calls from another thread while the loop runs, use in a forked
    /// child without `loop::after_fork_child()`.  `REACTOR_AUDIT=1` switches it on too.
    bool audit = false;
    /// A callback that takes longer is a finding of the audit; 0: none is.  Empty: what the
    /// environment's `REACTOR_AUDIT_SLOW_MS` says (a number of milliseconds), else 100 ms.
    std::optional<std::chrono::nanoseconds> slow_callback = std::nullopt;
    /// The flight recorder knows the longest callback of each iteration: two clock reads a callback
    /// (about 50 ns).  Audit does so too.
    bool time_callbacks = false;

    /// Bytes of the receive buffer that all channels of the loop share.
    std::size_t receive_buffer_bytes = 64 * 1024;
    /// Messages one channel may take in one dispatch before the others get their turn.
    std::uint32_t message_budget = 256;
    /// Connections one listener accepts in one dispatch.
    std::uint32_t accept_budget = 64;
    /// What one flush may spend before the loop looks at its input again; the rest goes first next
    /// time.
    std::uint32_t flush_sends = 256;
    /// The same in time.
    std::chrono::nanoseconds flush_time = std::chrono::milliseconds{2};
    /// How long one iteration may dispatch events, due deadlines and held input, all together,
    /// before it flushes; no handler is interrupted.  The rest goes first next time: the kernel is
    /// asked again when all that it reported had its turn.
    std::chrono::nanoseconds dispatch_time = std::chrono::milliseconds{2};
    /// Channels destroyed in one iteration (those that the loop owns).
    std::uint32_t destroy_budget = 256;
    /// Memory that pending output of the whole loop may hold; past it the channel with the most
    /// pending output is closed with `errc::memory_limit`.
    std::size_t max_output_bytes = std::size_t{1} << 30;
};

} // namespace reactor
