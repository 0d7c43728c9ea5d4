#pragma once

#include <cstdint>

namespace chatd {

/// What tells a socket from every other one, in whatever process it is and under whatever number.
struct socket_id {
    int number = -1;          ///< Its descriptor in this process; -1 where none is known.
    std::uint64_t cookie = 0; ///< The system's own name for the socket; 0: none is known.

    friend bool operator==(const socket_id&, const socket_id&) noexcept = default;
};

/// `cookie` is 0 when `fd` is no socket.
[[nodiscard]] socket_id identify(int fd) noexcept;

/// Whether `fd` is a stream socket that listens.
[[nodiscard]] bool is_listening(int fd) noexcept;
/// Whether `fd` is a stream socket that does not listen.
[[nodiscard]] bool is_connection(int fd) noexcept;

} // namespace chatd
