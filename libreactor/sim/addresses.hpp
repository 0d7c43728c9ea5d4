#pragma once

#include <reactor/endpoint.hpp>

#include <cstdint>

namespace reactor::sim::detail {

/// The address of a socket that has none yet: zeros of its family.
[[nodiscard]] endpoint unnamed(int family) noexcept;
[[nodiscard]] endpoint loopback(int family, std::uint16_t port) noexcept;
/// 0.0.0.0 or ::.
[[nodiscard]] bool is_wildcard(const endpoint& address) noexcept;
/// A UNIX name that is a path in the file system.
[[nodiscard]] bool is_path(const endpoint& address) noexcept;
/// An IPv4 address as IPv6 sockets see it; others unchanged.
[[nodiscard]] endpoint mapped_to_v6(const endpoint& address) noexcept;

/// An IPv4 address that IPv6 sockets see mapped, as itself; others unchanged.
[[nodiscard]] endpoint unmapped(const endpoint& address) noexcept;

} // namespace reactor::sim::detail
