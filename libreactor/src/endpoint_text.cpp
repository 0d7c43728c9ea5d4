#include "address_text.hpp"
#include "system.hpp"

#include <reactor/endpoint.hpp>

#include <arpa/inet.h>

#include <charconv>
#include <cstddef>

// An endpoint as text and back.
namespace reactor {

using detail::quoted;
using detail::refuse;

namespace {

constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;
constexpr std::string_view unix_prefix = "unix:";

std::optional<in_addr> read_v4(std::string_view host, std::string* why) {
    in_addr address{};
    if (host.find('\0') == std::string_view::npos &&
        ::inet_pton(AF_INET, std::string(host).c_str(), &address) == 1)
        return address;
    if (detail::looks_like_v4(host))
        return refuse(why,
                      quoted(host) + " is not an IPv4 address: " + std::string(detail::v4_form));
    if (detail::looks_like_name(host))
        return refuse(why, quoted(host) + " is a name, not an address: use resolve()");
    return refuse(why, quoted(host) + " is neither an address nor a name");
}

/// What follows `%`: the name of an interface, or its number.
std::optional<std::uint32_t> read_scope(std::string_view text, std::string* why) {
    if (text.empty())
        return refuse(why, "there is no interface after the %: [fe80::1%1]:6666 would be right");
    std::uint32_t number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec == std::errc{} && end == text.data() + text.size() && number > 0)
        return number;
    if (text.find('\0') == std::string_view::npos)
        if (const auto found = system::interface_index(std::string(text).c_str()); found.ok())
            return static_cast<std::uint32_t>(found.value);
    return refuse(why, "this machine has no interface " + quoted(text));
}

bool read_v6(std::string_view text, sockaddr_in6& to, std::string* why) {
    const auto percent = text.find('%');
    const auto host = text.substr(0, percent);
    if (host.find('\0') != std::string_view::npos ||
        ::inet_pton(AF_INET6, std::string(host).c_str(), &to.sin6_addr) != 1) {
        refuse(why, quoted(host) + " in the brackets is not an IPv6 address, such as ::1");
        return false;
    }
    if (percent == std::string_view::npos)
        return true;
    const auto scope = read_scope(text.substr(percent + 1), why);
    to.sin6_scope_id = scope.value_or(0);
    return scope.has_value();
}

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Abstract names may hold any byte: the backslash is written twice, unprintable ones as `\xNN`.
[[maybe_unused]] // abstract names are Linux's
std::optional<std::string>
unescaped(std::string_view text, std::string* why) {
    std::string name;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            name += text[i];
            continue;
        }
        const auto rest = text.substr(i + 1);
        if (rest.starts_with('\\')) {
            name += '\\';
            i += 1;
        } else if (rest.size() >= 3 && rest[0] == 'x' && hex_value(rest[1]) >= 0 &&
                   hex_value(rest[2]) >= 0) {
            name += static_cast<char>(hex_value(rest[1]) * 16 + hex_value(rest[2]));
            i += 3;
        } else {
            return refuse(why, "in an abstract name a backslash is written \\\\, and a byte \\xNN");
        }
    }
    return name;
}

std::string escaped(std::string_view name) {
    std::string text;
    for (const char byte : name) {
        if (byte == '\\')
            text += "\\\\";
        else if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f)
            detail::append_escaped(text, byte);
        else
            text += byte;
    }
    return text;
}

std::optional<endpoint> parse_unix(std::string_view path, std::string* why) {
    std::string abstract;
    if (path.starts_with('@')) {
#ifdef __linux__
        const auto name = unescaped(path.substr(1), why);
        if (!name)
            return std::nullopt;
        abstract = '@' + *name;
        path = abstract;
#else
        return refuse(why, "abstract names (unix:@NAME) are Linux's; give a path");
#endif
    } else if (path.find('\0') != std::string_view::npos) {
        return refuse(why, "the path holds a zero byte");
    }
    if (path.empty())
        return refuse(why, "there is no path after unix:");
    if (path == "@")
        return refuse(why, "there is no name after unix:@");
    if (path.size() > longest_path)
        return refuse(why, "the path is " + std::to_string(path.size()) + " bytes long, at most " +
                               std::to_string(longest_path) + " can be");
    return endpoint::unix_path(path);
}

} // namespace

std::optional<endpoint> endpoint::parse(std::string_view text, std::string* why) {
    if (text.empty())
        return refuse(why, "it is empty; ADDRESS:PORT, [IPV6]:PORT, unix:PATH or unix:@NAME is "
                           "expected");
    if (text.starts_with(unix_prefix))
        return parse_unix(text.substr(unix_prefix.size()), why);
    const auto parts = detail::split_address(text, why);
    if (!parts)
        return std::nullopt;
    if (parts->bracketed) {
        auto made = loopback_v6(parts->port);
        return read_v6(parts->host, made.address_.v6, why) ? std::optional{made} : std::nullopt;
    }
    const auto address = read_v4(parts->host, why);
    if (!address)
        return std::nullopt;
    auto made = loopback_v4(parts->port);
    made.address_.v4.sin_addr = *address;
    return made;
}

std::string endpoint::to_string() const {
    char text[INET6_ADDRSTRLEN] = {};
    if (family() == AF_INET) {
        ::inet_ntop(AF_INET, &address_.v4.sin_addr, text, sizeof text);
        return std::string(text) + ":" + std::to_string(port());
    }
    if (family() == AF_INET6) {
        ::inet_ntop(AF_INET6, &address_.v6.sin6_addr, text, sizeof text);
        const auto scope = address_.v6.sin6_scope_id;
        return "[" + std::string(text) + (scope != 0 ? "%" + std::to_string(scope) : "") +
               "]:" + std::to_string(port());
    }
    if (family() != AF_UNIX)
        return "no address";
    std::string_view path(address_.local.sun_path, size_ > path_offset ? size_ - path_offset : 0);
    if (path.empty())
        return "unix:";
    if (path.front() == '\0')
        return "unix:@" + escaped(path.substr(1));
    path = path.substr(0, path.find('\0'));
    // As it stands this path would be read as an abstract name.
    return (path.starts_with('@') ? "unix:./" : "unix:") + std::string(path);
}

} // namespace reactor
