#include "bench/chatload/source_address.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <fmt/format.h>

namespace chatload {

std::optional<reactor::endpoint> read_source(std::string_view address) {
    const bool v6 = address.find(':') != std::string_view::npos;
    return reactor::endpoint::parse(v6 ? fmt::format("[{}]:0", address)
                                       : fmt::format("{}:0", address));
}

void bind_source(reactor::dispatcher& channel, const reactor::endpoint& source,
                 std::error_code& ec) noexcept {
#ifdef IP_BIND_ADDRESS_NO_PORT
    const int on = 1;
    // A kernel without it chooses the port now.
    static_cast<void>(
        ::setsockopt(channel.fileno(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on));
#endif
    channel.bind(source, ec);
}

std::string why_not_connected(std::error_code ec, const reactor::endpoint& server, bool chosen) {
    std::string why = fmt::format("cannot connect to {}: {}", server.to_string(), ec.message());
    if (ec == std::errc::address_not_available)
        why += fmt::format(": no local port is left, or the source address is not this machine's; "
                           "connect from {} addresses (--source 127.0.0.2 and so on)",
                           chosen ? "more" : "several");
    else if (ec == std::errc::too_many_files_open)
        why += "; raise the limit of descriptors (ulimit -n, LimitNOFILE= of a service)";
    return why;
}

std::string why_not_so_many(std::uint64_t wanted, std::uint64_t limit) {
    return fmt::format("{} descriptors are needed and the hard limit is {}: raise it (ulimit -n {} "
                       "as root, LimitNOFILE= of a service, or /etc/security/limits.conf)",
                       wanted, limit, wanted);
}

} // namespace chatload
