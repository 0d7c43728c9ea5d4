#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace reactor {

/// A socket address as a value: IPv4, IPv6 or UNIX (path or abstract name).  Never a host name:
/// resolving blocks and belongs elsewhere.
class endpoint {
public:
    /// No address at all; `family()` is AF_UNSPEC.
    endpoint() noexcept;

    /// Reads `127.0.0.1:6666`, `[::1]:6666`, `unix:/path/to/socket` or `unix:@abstract-name`.
    /// Empty when `text` is none of these; then `why`, if given, says in one phrase what is wrong.
    [[nodiscard]] static std::optional<endpoint> parse(std::string_view text,
                                                       std::string* why = nullptr);
    /// Copies what the kernel filled in; `size` as the kernel returned it (0 gives no address).
    [[nodiscard]] static endpoint from_native(const sockaddr* address, socklen_t size) noexcept;
    [[nodiscard]] static endpoint loopback_v4(std::uint16_t port) noexcept;
    [[nodiscard]] static endpoint loopback_v6(std::uint16_t port) noexcept;
    /// A path (or `@name`) of at most 107 bytes; longer ones give no address.
    [[nodiscard]] static endpoint unix_path(std::string_view path) noexcept;

    [[nodiscard]] int family() const noexcept { return address_.any.sa_family; }
    [[nodiscard]] const sockaddr* native() const noexcept { return &address_.any; }
    [[nodiscard]] socklen_t native_size() const noexcept { return size_; }
    /// 0 for UNIX addresses.
    [[nodiscard]] std::uint16_t port() const noexcept;
    void set_port(std::uint16_t port) noexcept;
    /// 127.0.0.0/8, ::1, ::ffff:127.0.0.0/104 and every UNIX address.
    [[nodiscard]] bool is_loopback() const noexcept;
    /// The form that `parse` reads; an address without a name is `unix:`.
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const endpoint& a, const endpoint& b) noexcept;

private:
    union {
        sockaddr any;
        sockaddr_in v4;
        sockaddr_in6 v6;
        sockaddr_un local;
    } address_;
    socklen_t size_ = 0;
};

} // namespace reactor
