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

} // namespace reactor_bench
