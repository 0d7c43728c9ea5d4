#include "addresses.hpp"

#include <sys/types.h> // for FreeBSD's INADDR_LOOPBACK

#include <cstddef>
#include <cstring>

namespace reactor::sim::detail {

namespace {

template <class Address>
Address native_as(const endpoint& address) noexcept {
    Address native{};
    if (address.native_size() >= sizeof native)
        std::memcpy(&native, address.native(), sizeof native);
    return native;
}

template <class Address>
endpoint from(const Address& native, std::size_t size = sizeof(Address)) noexcept {
    return endpoint::from_native(reinterpret_cast<const sockaddr*>(&native),
                                 static_cast<socklen_t>(size));
}

} // namespace

endpoint unnamed(int family) noexcept {
    sockaddr_storage native{};
    native.ss_family = static_cast<sa_family_t>(family);
    return from(native, family == AF_INET    ? sizeof(sockaddr_in)
                        : family == AF_INET6 ? sizeof(sockaddr_in6)
                                             : sizeof(sa_family_t));
}

endpoint loopback(int family, std::uint16_t port) noexcept {
    return family == AF_INET    ? endpoint::loopback_v4(port)
           : family == AF_INET6 ? endpoint::loopback_v6(port)
                                : unnamed(family);
}

bool is_wildcard(const endpoint& address) noexcept {
    if (address.family() == AF_INET)
        return native_as<sockaddr_in>(address).sin_addr.s_addr == INADDR_ANY;
    const auto native = native_as<sockaddr_in6>(address);
    return address.family() == AF_INET6 &&
           std::memcmp(&native.sin6_addr, &in6addr_any, sizeof in6addr_any) == 0;
}

bool is_path(const endpoint& address) noexcept {
    const auto* native = reinterpret_cast<const sockaddr_un*>(address.native());
    return address.family() == AF_UNIX && address.native_size() > offsetof(sockaddr_un, sun_path) &&
           native->sun_path[0] != '\0';
}

endpoint mapped_to_v6(const endpoint& address) noexcept {
    if (address.family() != AF_INET)
        return address;
    const auto v4 = native_as<sockaddr_in>(address);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = v4.sin_port;
    v6.sin6_addr.s6_addr[10] = v6.sin6_addr.s6_addr[11] = 0xff;
    std::memcpy(&v6.sin6_addr.s6_addr[12], &v4.sin_addr, sizeof v4.sin_addr);
    return from(v6);
}

endpoint unmapped(const endpoint& address) noexcept {
    const auto v6 = native_as<sockaddr_in6>(address);
    if (address.family() != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
        return address;
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = v6.sin6_port;
    std::memcpy(&v4.sin_addr, &v6.sin6_addr.s6_addr[12], sizeof v4.sin_addr);
    return from(v4);
}

} // namespace reactor::sim::detail
