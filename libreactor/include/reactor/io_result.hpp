#pragma once

#include <cstddef>
#include <cstdint>
#include <system_error>

namespace reactor {

/// What a `transport` waits for at its socket.
enum class io_want : std::uint8_t {
    none,  ///< What the call is for: input to receive, room to send.
    read,  ///< Input.
    write, ///< Room to send.
};

/// What one receive or send gave.
struct io_result {
    std::size_t n = 0; ///< Bytes moved.  0 from a receive with an empty `ec` is the end of input.
    std::error_code
        ec; ///< Empty on success; `would_block()` when the kernel has nothing (or no room) now.
    /// A transport says so when it cannot go on before the socket is ready otherwise than the call
    /// suggests; `none` without a transport.
    io_want want = io_want::none;
    /// False when a transport holds more: input for the channel, or output for the socket.  Always
    /// true without a transport: there only the kernel holds bytes, and tells of them.
    bool drained = true;

    /// Nothing wrong: try again when the loop says so.
    [[nodiscard]] bool would_block() const noexcept {
        return ec && (ec == std::errc::operation_would_block ||
                      ec == std::errc::resource_unavailable_try_again);
    }
    /// Bytes moved, or a clean end.
    [[nodiscard]] explicit operator bool() const noexcept { return !ec; }
};

} // namespace reactor
