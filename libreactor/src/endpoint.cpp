#include <reactor/endpoint.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstring>

namespace reactor {

namespace {

constexpr std::size_t path_offset = offsetof(sockaddr_un, sun_path);

std::optional<endpoint> fail(std::string* why, std::string text) {
    if (why != nullptr)
        *why = std::move(text);
    return std::nullopt;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (ec != std::errc{} || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return port;
}

} // namespace

endpoint::endpoint() noexcept { std::memset(&address_, 0, sizeof address_); }

std::optional<endpoint> endpoint::parse(std::string_view text, std::string* why) {
    if (text.starts_with("unix:")) {
        const auto path = text.substr(5);
        if (path.empty() || path == "@")
            return fail(why, "the path after unix: is empty");
        const auto made = unix_path(path);
        return made.native_size() > 0 ? std::optional{made}
                                      : fail(why, "the path is longer than 107 bytes");
    }
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return fail(why, "there is no :PORT at its end");
    const auto port = parse_port(text.substr(colon + 1));
    if (!port)
        return fail(why, "the port is not a number from 0 to 65535");
    std::string host(text.substr(0, colon));
    endpoint made;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        made = loopback_v6(*port);
        if (::inet_pton(AF_INET6, host.c_str(), &made.address_.v6.sin6_addr) != 1)
            return fail(why, "what stands in brackets is not an IPv6 address");
        return made;
    }
    if (host.find(':') != std::string::npos)
        return fail(why, "an IPv6 address needs brackets, as in [::1]:6666");
    made = loopback_v4(*port);
    if (::inet_pton(AF_INET, host.c_str(), &made.address_.v4.sin_addr) != 1)
        return fail(why, "the host is not a numeric IPv4 address");
    return made;
}

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
    if (path.empty() || path.size() >= sizeof made.address_.local.sun_path)
        return made;
    made.address_.local.sun_family = AF_UNIX;
    std::memcpy(made.address_.local.sun_path, path.data(), path.size());
    if (path.front() == '@') { // an abstract name: starts with a zero byte and has no end mark
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

std::string endpoint::to_string() const {
    char text[INET6_ADDRSTRLEN] = {};
    if (family() == AF_INET) {
        ::inet_ntop(AF_INET, &address_.v4.sin_addr, text, sizeof text);
        return std::string(text) + ":" + std::to_string(port());
    }
    if (family() == AF_INET6) {
        ::inet_ntop(AF_INET6, &address_.v6.sin6_addr, text, sizeof text);
        return "[" + std::string(text) + "]:" + std::to_string(port());
    }
    if (family() != AF_UNIX)
        return "no address";
    std::string_view path(address_.local.sun_path, size_ > path_offset ? size_ - path_offset : 0);
    if (path.empty())
        return "unix:";
    if (path.front() == '\0')
        return "unix:@" + std::string(path.substr(1));
    return "unix:" + std::string(path.substr(0, path.find('\0')));
}

bool operator==(const endpoint& a, const endpoint& b) noexcept {
    return a.size_ == b.size_ && std::memcmp(&a.address_, &b.address_, a.size_) == 0;
}

} // namespace reactor
