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
};

/// What the peer is told before the close; empty for `none`.
[[nodiscard]] std::string_view reply_to(refusal reason) noexcept;

/// Decides who may connect, by limits on all connections and on those of one address.
///
/// An address is an IPv4 address (also one mapped into IPv6) or the /64 of an IPv6 one: less than
/// that cannot be told from one user.  Loopback and UNIX peers have only the limit on all.  New
/// connections of an address are counted by a bucket: `connect_rate` at once, then one in each
/// `connect_window / connect_rate`.  Each call is O(1), amortized.  An address is remembered while
/// it has connections or its bucket is not full; when that comes to more than `most_idle` addresses
/// without connections, those are forgotten.
class admission {
public:
    static constexpr std::size_t most_idle = 100'000;

    /// The address that a connection counts for: what `release` needs, in 8 bytes.
    struct ticket {
        /// The /64 of an IPv6 address, or an IPv4 one among the multicast networks, from which
        /// nobody connects; 0: an address that is not counted.
        std::uint64_t bits = 0;
        friend bool operator==(const ticket&, const ticket&) noexcept = default;
    };
    [[nodiscard]] static ticket ticket_of(const reactor::endpoint& peer) noexcept;

    explicit admission(const limits& limit);

    /// Counts the peer in, unless it is refused.  Each `none` is to be undone by one `release`.
    /// @param now  any clock that does not go back, always the same.
    [[nodiscard]] refusal admit(const reactor::endpoint& peer, std::chrono::nanoseconds now);
    /// A connection that was admitted has ended.
    void release(const ticket& former) noexcept;
    /// Counts a connection in that was admitted before, by another process or object.
    void restore(const reactor::endpoint& peer);

    /// From now on other limits; whoever is in stays.
    void set_limits(const limits& limit) noexcept;

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

    [[nodiscard]] refusal check_address(const ticket& key, std::chrono::nanoseconds now);
    [[nodiscard]] address_state& state_of(const ticket& key);
    void forget_idle(std::chrono::nanoseconds now);

    std::uint32_t max_connections_;
    std::uint32_t per_address_;
    token_rate connect_rate_; // in what connections cost
    std::size_t connections_ = 0;
    std::unordered_map<ticket, address_state, address_hash> addresses_;
    std::size_t sweep_at_ = 0; // size at which idle addresses are looked for
};

/// Raises this process's soft limit on descriptors so that `wanted` connections fit, as far as the
/// hard limit lets it.  Gives the number that fits, at most `wanted` and at least 1; some
/// descriptors are set aside for listeners, log and the like.
[[nodiscard]] std::uint32_t connections_that_fit(std::uint32_t wanted) noexcept;

} // namespace chatd
