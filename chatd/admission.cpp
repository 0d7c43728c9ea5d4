#include "chatd/admission.hpp"

#include "chatd/replies.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <random>
#include <utility>

namespace chatd {

namespace {

constexpr std::size_t least_sweep = 1024;
/// For listeners, files, and the connections of administrators and of what watches the daemon: they
/// must get in when nobody else does.
constexpr rlim_t descriptors_set_aside = 64;

std::uint64_t random_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

/// What one connection costs in tokens.  With it the bucket's whole tokens a second come to
/// `connect_rate` connections in the window.
constexpr std::uint32_t connection_cost = static_cast<std::uint32_t>(
    std::chrono::duration_cast<std::chrono::seconds>(limits::connect_window).count());

/// Of an IPv6 address, or so many of one.
std::uint64_t big_endian(const unsigned char* bytes, std::size_t count) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8 | bytes[i];
    return value;
}

constexpr std::uint64_t multicast = 0xff00'0000'0000'0000;
constexpr std::uint64_t for_zero = std::uint64_t{1} << 32; // for the network of bits 0
constexpr std::uint64_t for_network = std::uint64_t{1} << 48;

/// What stands for one address, of which `one` has the bits that count.
admission::ticket ticket_of_address(const network& one) noexcept {
    if (one.is_v4())
        return {multicast | big_endian(one.bytes().data(), 4)};
    const auto start = big_endian(one.bytes().data(), 8);
    return {start != 0 ? start : multicast | for_zero};
}

/// What stands for a network with a limit of its own: these are few, so that 48 bits tell them
/// apart.
admission::ticket ticket_of_network(const network& all) noexcept {
    std::uint64_t mixed = all.bits() + (all.is_v4() ? 256U : 0U);
    for (const unsigned char byte : all.bytes())
        mixed = (mixed ^ byte) * 0x100'0000'01b3; // FNV-1a's prime
    return {multicast | for_network | (mixed ^ mixed >> 48) % for_network};
}

/// In what connections cost.
token_rate rate_of(std::uint32_t connections) noexcept {
    return {connections, connections * connection_cost};
}

} // namespace

std::string_view reply_to(refusal reason) noexcept {
    switch (reason) {
    case refusal::server_full:
        return replies::server_full;
    case refusal::address_full:
        return replies::address_full;
    case refusal::too_fast:
        return replies::connecting_too_fast;
    case refusal::banned:
        return replies::banned;
    case refusal::none:
        break;
    }
    return {};
}

std::size_t admission::address_hash::operator()(const ticket& key) const noexcept {
    std::uint64_t x = key.bits + seed;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9; // the finalizer of splitmix64
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return static_cast<std::size_t>(x ^ (x >> 31));
}

admission::admission(const limits& limit)
    : limit_(limit), addresses_(0, address_hash{random_seed()}), sweep_at_(least_sweep) {}

void admission::set_limits(limits limit) noexcept { limit_ = std::move(limit); }

const network_limit* admission::limit_of(const network& address) const noexcept {
    const network_limit* smallest = nullptr;
    for (const network_limit& each : limit_.per_network)
        if (each.where.contains(address) &&
            (smallest == nullptr || each.where.bits() > smallest->where.bits()))
            smallest = &each;
    return smallest;
}

admission::place admission::place_of(const reactor::endpoint& peer) const {
    if (peer.is_loopback())
        return {};
    const auto address = network::around(peer);
    if (!address || contains(limit_.exempt, peer) || contains(limit_.proxies, peer))
        return {};
    if (const network_limit* own = limit_of(*address); own != nullptr) {
        const auto rate =
            limit_.connect_rate == 0 ? 0 : std::max(limit_.connect_rate, 2 * own->most);
        return {ticket_of_network(own->where), own->most, rate};
    }
    const auto counted = network::around(peer, limit_.prefix_v4, limit_.prefix_v6);
    return {ticket_of_address(*counted), limit_.per_address, limit_.connect_rate};
}

admission::ticket admission::ticket_of(const reactor::endpoint& peer) const {
    return place_of(peer).key;
}

refusal admission::admit(const reactor::endpoint& peer, std::chrono::nanoseconds now) {
    if (connections_ >= limit_.max_connections)
        return refusal::server_full;
    if (const auto of = place_of(peer); of.key != ticket{}) {
        const refusal reason = check_address(of, now);
        if (reason != refusal::none)
            return reason;
    }
    ++connections_;
    return refusal::none;
}

refusal admission::check_address(const place& of, std::chrono::nanoseconds now) {
    if (addresses_.size() >= sweep_at_)
        forget_idle(now);
    address_state& state = state_of(of.key);
    if (of.most != 0 && state.open >= of.most)
        return refusal::address_full;
    if (!state.recent.ready(rate_of(of.rate), now, connection_cost))
        return refusal::too_fast;
    state.recent.take(rate_of(of.rate), now, connection_cost);
    ++state.open;
    return refusal::none;
}

admission::address_state& admission::state_of(const ticket& key) {
    return addresses_.try_emplace(key).first->second;
}

void admission::release(const ticket& former) noexcept {
    if (connections_ > 0)
        --connections_;
    const auto found = addresses_.find(former);
    if (found != addresses_.end() && found->second.open > 0)
        --found->second.open;
}

admission::ticket admission::restore(const reactor::endpoint& peer) {
    const auto key = ticket_of(peer);
    if (key != ticket{})
        ++state_of(key).open;
    ++connections_;
    return key;
}

void admission::forget_idle(std::chrono::nanoseconds now) {
    std::erase_if(addresses_, [now](const auto& entry) {
        return entry.second.open == 0 && entry.second.recent.full(now);
    });
    if (addresses_.size() > most_idle + connections_)
        std::erase_if(addresses_, [](const auto& entry) { return entry.second.open == 0; });
    sweep_at_ = std::max(least_sweep, 2 * addresses_.size());
}

std::uint32_t connections_that_fit(std::uint32_t wanted) noexcept {
    rlimit now{};
    if (::getrlimit(RLIMIT_NOFILE, &now) != 0)
        return wanted;
    const rlim_t needed = wanted + descriptors_set_aside;
    if (now.rlim_cur != RLIM_INFINITY && now.rlim_cur < needed) {
        const rlimit raised{std::min(needed, now.rlim_max), now.rlim_max};
        if (::setrlimit(RLIMIT_NOFILE, &raised) == 0)
            now = raised;
    }
    if (now.rlim_cur == RLIM_INFINITY || now.rlim_cur >= needed)
        return wanted;
    const rlim_t left =
        std::max<rlim_t>(1, now.rlim_cur - std::min(descriptors_set_aside, now.rlim_cur / 2));
    return static_cast<std::uint32_t>(left);
}

} // namespace chatd
