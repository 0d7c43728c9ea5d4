#pragma once

#include "chatd/network.hpp"
#include "chatd/token_bucket.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace chatd {

inline constexpr std::uint32_t kib = 1024;
inline constexpr std::uint32_t mib = 1024 * kib;

/// What one session may type before its socket is no longer read: two buckets, of lines and of
/// bytes.
struct flood_limits {
    std::uint32_t rate = 50;   ///< Lines a second; 0 switches both buckets and the room's off.
    std::uint32_t burst = 256; ///< Lines at once.
    std::uint32_t byte_rate = 16 * kib;   ///< Bytes a second.
    std::uint32_t burst_bytes = 64 * kib; ///< Bytes at once.

    // The same for the two buckets.
    [[nodiscard]] constexpr token_rate of_lines() const noexcept { return {rate, burst}; }
    [[nodiscard]] constexpr token_rate of_bytes() const noexcept {
        return {rate != 0 ? byte_rate : 0, burst_bytes};
    }
};

/// How soon a vanished TCP peer is noticed while nothing is sent to it.
struct keep_alive_limits {
    std::chrono::seconds idle{60};     ///< Silence before the first probe.
    std::chrono::seconds interval{15}; ///< Between two probes.
    std::uint32_t probes = 4;          ///< Unanswered ones before the peer is given up.

    friend bool operator==(const keep_alive_limits&, const keep_alive_limits&) noexcept = default;
};

/// Every limit of the daemon, as one value with the documented defaults.
///
/// Sizes are in bytes.  A time of 0 switches its limit off, where 0 is allowed at all; `options`
/// checks ranges and combinations, this type does not.
struct limits {
    std::uint32_t max_line = 8 * kib;   ///< Longest line, without its LF.
    std::uint32_t max_name = 64;        ///< Longest name, in bytes of UTF-8.
    bool strict_names = false;          ///< Refuse names that `is_strict_name` refuses.
    std::uint32_t read_limit = 8 * kib; ///< Bytes one session receives at once.

    /// Above this much pending output a session's commands wait.
    std::uint32_t soft_limit = 64 * kib;
    std::uint32_t hard_limit = 1 * mib; ///< A session that has more pending is closed.
    /// A session whose peer takes no byte of pending output for so long is closed; 0: never.
    std::chrono::nanoseconds no_progress = std::chrono::seconds{30};

    flood_limits flood;
    /// Bytes a second that one room says, with a burst of one second; past it its senders wait.
    /// 0: no limit.
    std::uint32_t room_rate = 1 * mib;

    /// From connect to login; 0: never.
    std::chrono::nanoseconds login_timeout = std::chrono::seconds{30};
    std::uint32_t login_bytes = 4 * kib; ///< Taken before login.

    std::uint32_t max_connections = 10'000;
    /// Connections from one address, as long as `prefix_v4` and `prefix_v6` have it; 0: no limit.
    std::uint32_t per_address = 16;
    std::uint32_t connect_rate = 32; ///< New ones from there in `connect_window`; 0: no limit.
    static constexpr std::chrono::nanoseconds connect_window = std::chrono::minutes{10};
    std::uint32_t prefix_v4 = 32; ///< The bits of an IPv4 address that tell one user from another.
    std::uint32_t prefix_v6 = 64; ///< The same of an IPv6 address, at most 64.
    std::vector<network> exempt;  ///< Beside loopback: only the limit on all holds for these.
    std::vector<network_limit> per_network; ///< Of several that contain an address, the smallest.

    /// Peers that say by a PROXY header on whose behalf they connect; exempt themselves.
    std::vector<network> proxies;

    keep_alive_limits keep_alive;
    /// A connection is dropped when sent bytes stay unacknowledged for so long; 0: the system's own
    /// limit.
    std::chrono::nanoseconds user_timeout = std::chrono::seconds{60};

    /// Lines to a session are held so long after its `Login Success`, or until its next line; 0:
    /// not at all.
    std::chrono::nanoseconds newcomer_hold = std::chrono::milliseconds{100};
    /// How long a stop waits for pending output.
    std::chrono::nanoseconds drain_time = std::chrono::seconds{5};

    /// Whether sessions and rooms have buckets at all.
    [[nodiscard]] constexpr bool flood_control() const noexcept { return flood.rate != 0; }
    /// Of a room's bucket of bytes.
    [[nodiscard]] constexpr token_rate of_room() const noexcept {
        return {flood_control() ? room_rate : 0, room_rate != 0 ? room_rate : 1};
    }
};

} // namespace chatd
