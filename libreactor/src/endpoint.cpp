#include <reactor/endpoint.hpp>

#include <sys/types.h> // for FreeBSD's INADDR_LOOPBACK

#include <algorithm>
#include <cstring>

namespace reactor {

endpoint::endpoint() noexcept { std::memset(&address_, 0, sizeof address_); }

endpoint endpoint::from_native(const sockaddr* address, socklen_t size) noexcept {
    endpoint made;
    if (address == nullptr || size < sizeof(sa_family_t))
        return made;
    made.size_ = std::min(size, static_cast<socklen_t>(sizeof made.address_));
    std::memcpy(&made.address_, address, made.size_);
    return made;
}

endpoint endpoint::loopback_v4(std::uint16_t port) noexcept {
    endpoint made;
    made.address_.v4.sin_family = AF_INET;
    made.address_.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    made.address_.v4.sin_port = htons(port);
    made.size_ = sizeof(sockaddr_in);
    return made;
}

endpoint endpoint::loopback_v6(std::uint16_t port) noexcept {
    endpoint made;
    made.address_.v6.sin6_family = AF_INET6;
    made.address_.v6.sin6_addr = in6addr_loopback;
    made.address_.v6.sin6_port = htons(port);
    made.size_ = sizeof(sockaddr_in6);
    return made;
}

endpoint endpoint::unix_path(std::string_view path) noexcept {
    endpoint made;
    const bool abstract = path.starts_with('@');
    if (path.empty() || path.size() >= sizeof made.address_.local.sun_path)
        return made;
    if (!abstract && path.find('\0') != std::string_view::npos)
        return made;
    made.address_.local.sun_family = AF_UNIX;
    std::memcpy(made.address_.local.sun_path, path.data(), path.size());
    if (abstract) { // an abstract name: starts with a zero byte and has no end mark
        made.address_.local.sun_path[0] = '\0';
        made.size_ = static_cast<socklen_t>(path_offset + path.size());
    } else {
        made.size_ = static_cast<socklen_t>(path_offset + path.size() + 1);
    }
    return made;
}

std::uint16_t endpoint::port() const noexcept {
    if (family() == AF_INET)
        return ntohs(address_.v4.sin_port);
    return family() == AF_INET6 ? ntohs(address_.v6.sin6_port) : std::uint16_t{0};
}

void endpoint::set_port(std::uint16_t port) noexcept {
    if (family() == AF_INET)
        address_.v4.sin_port = htons(port);
    else if (family() == AF_INET6)
        address_.v6.sin6_port = htons(port);
}

bool endpoint::is_loopback() const noexcept {
    const auto loopback_v4_network = [](std::uint32_t address) { return address >> 24 == 127; };
    if (family() == AF_INET)
        return loopback_v4_network(ntohl(address_.v4.sin_addr.s_addr));
    if (family() == AF_INET6) {
        const in6_addr& address = address_.v6.sin6_addr;
        if (IN6_IS_ADDR_LOOPBACK(&address))
            return true;
        return IN6_IS_ADDR_V4MAPPED(&address) && address.s6_addr[12] == 127;
    }
    return family() == AF_UNIX;
}

bool operator==(const endpoint& a, const endpoint& b) noexcept {
    return a.size_ == b.size_ && std::memcmp(&a.address_, &b.address_, a.size_) == 0;
}

} // namespace reactor
