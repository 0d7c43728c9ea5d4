#pragma once

#include <reactor/export.hpp>

#include <chrono>
#include <cstddef>
#include <system_error>

namespace reactor {

/// Options of one socket, as values.  Set on a TCP listener, accepted connections inherit them.
/// Each function gives the system's error, or an empty one; on UNIX sockets the TCP ones fail.

/// Small writes leave at once (TCP_NODELAY).
REACTOR_EXPORT std::error_code set_no_delay(int fd, bool on) noexcept;
/// The kernel takes no more output while this much of it was never sent (TCP_NOTSENT_LOWAT): a peer
/// that does not read costs this much instead of megabytes.  On systems without this option the
/// send buffer is made so small, which limits what is sent and not acknowledged as well.
REACTOR_EXPORT std::error_code set_not_sent_low_water(int fd, std::size_t bytes) noexcept;
/// Keep-alive: first probe after `idle`, then every `interval`, dead after `probes` without an
/// answer. Whole seconds; parts are rounded up.
REACTOR_EXPORT std::error_code set_keep_alive(int fd, std::chrono::seconds idle,
                                              std::chrono::seconds interval, int probes) noexcept;
/// The connection is dropped when sent bytes stay unacknowledged for so long (TCP_USER_TIMEOUT);
/// `no_protocol_option` on systems without it.
REACTOR_EXPORT std::error_code set_user_timeout(int fd, std::chrono::milliseconds limit) noexcept;
/// An IPv6 listener takes IPv6 only (IPV6_V6ONLY).
REACTOR_EXPORT std::error_code set_v6_only(int fd, bool on) noexcept;

} // namespace reactor
