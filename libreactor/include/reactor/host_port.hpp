#pragma once

#include <reactor/endpoint.hpp>
#include <reactor/export.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reactor {

/// A host, by name or by address, and a port: what a program is told to connect to.
///
/// `resolve` finds its addresses, `dispatcher::connect` connects to one of them.  asyncore passed
/// such pairs to the system, which blocked the whole program while it looked the name up.
struct REACTOR_EXPORT host_port {
    std::string host;       ///< A name, or an IPv4 or IPv6 address without brackets.
    std::uint16_t port = 0; ///< As the system counts them; 0 is none.

    /// Reads `example.org:80`, `127.0.0.1:80` or `[::1]:80`.  Empty when `text` is none of these;
    /// then `why`, if given, says in one phrase what is wrong and what would be right.
    [[nodiscard]] static std::optional<host_port> parse(std::string_view text,
                                                        std::string* why = nullptr);
    /// The endpoint, when the host is an address and needs no look-up.
    [[nodiscard]] std::optional<endpoint> numeric() const;
    /// The form that `parse` reads.
    [[nodiscard]] std::string to_string() const;

    /// The same text and port: two names of one host differ.
    friend bool operator==(const host_port&, const host_port&) = default;
};

} // namespace reactor
