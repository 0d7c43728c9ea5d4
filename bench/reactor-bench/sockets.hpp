#pragma once

#include <reactor/unique_fd.hpp>

#include <cstdint>
#include <vector>

namespace reactor_bench {

/// What is written to `writer` is read from `reader`, and the other way round.
struct socket_pair {
    reactor::unique_fd reader;
    reactor::unique_fd writer;
};

// All sockets are non-blocking and close-on-exec; failures throw std::system_error, and
// std::runtime_error when the process may not have so many descriptors.

/// Pairs of connected UNIX stream sockets.
[[nodiscard]] std::vector<socket_pair> make_unix_pairs(std::uint64_t count);

/// A listening TCP socket of the loopback interface, on a port of its own.
[[nodiscard]] reactor::unique_fd make_listener();
/// A TCP connection to it, which is made at once: its queue must have room.  Closing it resets it,
/// so that none of the thousands that a run makes lingers in the system.
[[nodiscard]] reactor::unique_fd connect_to(const reactor::unique_fd& listener);
/// Connected TCP sockets, both ends with TCP_NODELAY; the writer's end is one of `connect_to`.
[[nodiscard]] std::vector<socket_pair> make_tcp_pairs(std::uint64_t count);

} // namespace reactor_bench
