#include "chatd/admission.hpp"

#include "chatd/replies.hpp"

#include <netinet/in.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstring>
#include <random>

namespace chatd {

namespace {

constexpr std::size_t least_sweep = 1024;
constexpr rlim_t descriptors_set_aside = 16;

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

/// What stands for an IPv4 address.
admission::ticket among_multicast(const void* address) noexcept {
    constexpr std::size_t bytes_of_ipv4 = 4;
    return {multicast | big_endian(static_cast<const unsigned char*>(address), bytes_of_ipv4)};
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
    : addresses_(0, address_hash{random_seed()}), sweep_at_(least_sweep) {
    set_limits(limit);
}

void admission::set_limits(const limits& limit) noexcept {
    max_connections_ = limit.max_connections;
    per_address_ = limit.per_address;
    connect_rate_ = {limit.connect_rate, limit.connect_rate * connection_cost};
}

admission::ticket admission::ticket_of(const reactor::endpoint& peer) noexcept {
    if (peer.is_loopback())
        return {};
    if (peer.family() == AF_INET) {
        sockaddr_in address{};
        std::memcpy(&address, peer.native(), sizeof address);
        return among_multicast(&address.sin_addr);
    }
    if (peer.family() != AF_INET6)
        return {};
    sockaddr_in6 address{};
    std::memcpy(&address, peer.native(), sizeof address);
    if (IN6_IS_ADDR_V4MAPPED(&address.sin6_addr))
        return among_multicast(address.sin6_addr.s6_addr + 12);
    constexpr std::size_t bytes_of_network = 8;
    const auto network = big_endian(address.sin6_addr.s6_addr, bytes_of_network);
    constexpr std::uint64_t no_ipv4 = std::uint64_t{1} << 32;
    return {network != 0 ? network : multicast | no_ipv4};
}

refusal admission::admit(const reactor::endpoint& peer, std::chrono::nanoseconds now) {
    if (connections_ >= max_connections_)
        return refusal::server_full;
    if (const auto key = ticket_of(peer); key != ticket{}) {
        const refusal reason = check_address(key, now);
        if (reason != refusal::none)
            return reason;
    }
    ++connections_;
    return refusal::none;
}

refusal admission::check_address(const ticket& key, std::chrono::nanoseconds now) {
    if (addresses_.size() >= sweep_at_)
        forget_idle(now);
    address_state& state = state_of(key);
    if (per_address_ != 0 && state.open >= per_address_)
        return refusal::address_full;
    if (!state.recent.ready(connect_rate_, now, connection_cost))
        return refusal::too_fast;
    state.recent.take(connect_rate_, now, connection_cost);
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

void admission::restore(const reactor::endpoint& peer) {
    if (const auto key = ticket_of(peer); key != ticket{})
        ++state_of(key).open;
    ++connections_;
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
        now.rlim_cur > descriptors_set_aside ? now.rlim_cur - descriptors_set_aside : 1;
    return static_cast<std::uint32_t>(left);
}

} // namespace chatd
