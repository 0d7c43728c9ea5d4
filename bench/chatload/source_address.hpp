#pragma once

#include <reactor/dispatcher.hpp>
#include <reactor/endpoint.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace chatload {

/// Reads `127.0.0.2` or `::1`; the port is the system's choice.  Empty for anything else.
[[nodiscard]] std::optional<reactor::endpoint> read_source(std::string_view address);

/// Gives a channel that is about to connect the address `source`, and leaves it to `connect` to
/// choose the port where the system can, so that a port serves many connections.
void bind_source(reactor::dispatcher& channel, const reactor::endpoint& source,
                 std::error_code& ec) noexcept;

/// Why a connection to `server` did not come about, with the remedy where there is one.
/// @param chosen  whether the addresses to connect from were chosen by the user.
[[nodiscard]] std::string why_not_connected(std::error_code ec, const reactor::endpoint& server,
                                            bool chosen);

/// Why `wanted` descriptors are too many for `limit`, and what to do.
[[nodiscard]] std::string why_not_so_many(std::uint64_t wanted, std::uint64_t limit);

} // namespace chatload
