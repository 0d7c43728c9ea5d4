#pragma once

#include <reactor/export.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace reactor {

/// A socket address as a value: IPv4, IPv6 or UNIX (path or abstract name).  Never a host name:
/// resolving blocks and belongs elsewhere.
class REACTOR_EXPORT endpoint {
public:
    /// No address at all; `family()` is AF_UNSPEC.
    endpoint() noexcept;

    /// Reads `127.0.0.1:6666`, `[::1]:6666`, `[fe80::1%eth0]:6666` (an interface by name or
    /// number), `unix:/path/to/socket` or, on Linux, `unix:@abstract-name`, in which a backslash is
    /// written `\\` and any byte may be written `\xNN`.  The port is a number from 0 to 65535.
    /// Empty when `text` is none of these; then `why`, if given, says in one phrase what is wrong
    /// and what would be right.  A name is refused: that is `host_port` and `resolve`.
    [[nodiscard]] static std::optional<endpoint> parse(std::string_view text,
                                                       std::string* why = nullptr);
    /// Copies what the kernel filled in; `size` as the kernel returned it (0 gives no address).
    [[nodiscard]] static endpoint from_native(const sockaddr* address, socklen_t size) noexcept;
    /// 127.0.0.1 with this port; 0 lets a `bind` pick one.
    [[nodiscard]] static endpoint loopback_v4(std::uint16_t port) noexcept;
    /// ::1 with this port; 0 lets a `bind` pick one.
    [[nodiscard]] static endpoint loopback_v6(std::uint16_t port) noexcept;
    /// A path, or `@name` for an abstract name, byte by byte, of at most 107 bytes; no address for
    /// a longer one, an empty one and a path with a zero byte.  The file of a listener outlives it:
    /// a later `bind` fails with `address_in_use` until somebody unlinks it, which this library
    /// never does, as it cannot know whose it is.  Abstract names vanish with their socket.
    [[nodiscard]] static endpoint unix_path(std::string_view path) noexcept;

    /// AF_INET, AF_INET6, AF_UNIX, or AF_UNSPEC for no address.
    [[nodiscard]] int family() const noexcept { return address_.any.sa_family; }
    /// What system calls take; lives as long as this object.
    [[nodiscard]] const sockaddr* native() const noexcept { return &address_.any; }
    /// How many bytes of it count; 0 for no address.
    [[nodiscard]] socklen_t native_size() const noexcept { return size_; }
    /// 0 for UNIX addresses.
    [[nodiscard]] std::uint16_t port() const noexcept;
    /// Changes the port of an IPv4 or IPv6 address; nothing happens to others.
    void set_port(std::uint16_t port) noexcept;
    /// 127.0.0.0/8, the same mapped into IPv6, the loopback address of IPv6, every UNIX address.
    [[nodiscard]] bool is_loopback() const noexcept;
    /// The form that `parse` reads, and gives the same endpoint; interfaces are numbers.  What
    /// `parse` refuses: an endpoint without address (`no address`), UNIX sockets without a name
    /// (`unix:`, `unix:@`) and paths that fill their field without an end mark.
    [[nodiscard]] std::string to_string() const;

    /// The same family, address, port and scope, or the same name.
    friend REACTOR_EXPORT bool operator==(const endpoint& a, const endpoint& b) noexcept;

private:
    static constexpr std::size_t path_offset = offsetof(sockaddr_un, sun_path);

    union {
        sockaddr any;
        sockaddr_in v4;
        sockaddr_in6 v6;
        sockaddr_un local;
    } address_;
    socklen_t size_ = 0;
};

} // namespace reactor
