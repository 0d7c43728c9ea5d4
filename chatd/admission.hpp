#pragma once

#include "chatd/limits.hpp"
#include "chatd/token_bucket.hpp"

#include <reactor/endpoint.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace chatd {

/// Why a connection is turned away.
enum class refusal : std::uint8_t {
    none,
    server_full,  ///< `max_connections` are open.
    address_full, ///< `per_address` are open from this address.
    too_fast,     ///< `connect_rate` new ones came from this address lately.
    banned,       ///< A ban is against this address.
};

/// What the peer is told before the close; empty for `none`.
[[nodiscard]] std::string_view reply_to(refusal reason) noexcept;

/// Decides who may connect, by limits on all connections and on those of one address.
///
/// An address is as many bits of an IPv4 address (also one mapped into IPv6) or of an IPv6 one as
/// `limits` says, by default all 32 and the first 64: less than that cannot be told from one user.
/// All of a network that has a limit of its own count as one address.  Loopback and UNIX peers,
/// exempt networks and proxies have only the limit on all.  New connections of an address are
/// counted by a bucket: `connect_rate` at once, then one in each `connect_window / connect_rate`.
/// Each call is O(1), amortized.  An address is remembered while it has connections or its bucket
/// is not full; when that comes to more than `most_idle` addresses without connections, those are
/// forgotten.
class admission {
public:
    static constexpr std::size_t most_idle = 100'000;

    /// The address that a connection counts for: what `release` needs, in 8 bytes.
    struct ticket {
        /// The first bits of an IPv6 address; or, among the multicast networks, from which nobody
        /// connects, those of an IPv4 one or what stands for a network; 0: an address that is not
        /// counted.
        std::uint64_t bits = 0;
        friend bool operator==(const ticket&, const ticket&) noexcept = default;
    };
    explicit admission(const limits& limit);

    /// What the peer counts for by the present limits.
    [[nodiscard]] ticket ticket_of(const reactor::endpoint& peer) const;

    /// Counts the peer in, unless it is refused.  Each `none` is to be undone by one `release`.
    /// @param now  any clock that does not go back, always the same.
    [[nodiscard]] refusal admit(const reactor::endpoint& peer, std::chrono::nanoseconds now);
    /// A connection that was admitted, as this ticket, has ended.
    void release(const ticket& former) noexcept;
    /// Counts a connection in that was admitted before, by another process or object, and gives
    /// what it counts for.
    ticket restore(const reactor::endpoint& peer);

    /// From now on other limits; whoever is in stays.
    void set_limits(limits limit) noexcept;

    [[nodiscard]] std::size_t connections() const noexcept { return connections_; }
    /// Addresses remembered.
    [[nodiscard]] std::size_t addresses() const noexcept { return addresses_.size(); }

private:
    struct address_hash {
        std::uint64_t seed; // so that nobody can choose addresses that collide
        std::size_t operator()(const ticket& key) const noexcept;
    };
    struct address_state {
        std::uint32_t open = 0;
        token_bucket recent;
    };

    /// Where a peer stands: what it counts for, and how much that may have.
    struct place {
        ticket key;
        std::uint32_t most = 0; // connections; 0: no limit
        std::uint32_t rate = 0; // new ones in the window; 0: no limit
    };

    [[nodiscard]] place place_of(const reactor::endpoint& peer) const;
    [[nodiscard]] const network_limit* limit_of(const network& address) const noexcept;
    [[nodiscard]] refusal check_address(const place& of, std::chrono::nanoseconds now);
    [[nodiscard]] address_state& state_of(const ticket& key);
    void forget_idle(std::chrono::nanoseconds now);

    limits limit_;
    std::size_t connections_ = 0;
    std::unordered_map<ticket, address_state, address_hash> addresses_;
    std::size_t sweep_at_ = 0; // size at which idle addresses are looked for
};

/// Raises this process's soft limit on descriptors so that `wanted` connections fit, as far as the
/// hard limit lets it.  Gives the number that fits, at most `wanted` and at least 1; some
/// descriptors are set aside for listeners, log and the like.
[[nodiscard]] std::uint32_t connections_that_fit(std::uint32_t wanted) noexcept;

} // namespace chatd
