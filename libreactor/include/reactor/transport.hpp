#pragma once

#include <reactor/export.hpp>
#include <reactor/io_result.hpp>

#include <sys/uio.h>

#include <span>

namespace reactor {

/// What lies between a channel and its socket: TLS, compression, framing.  The channel's class
/// stays the same; what it sends passes through here on its way to the socket, and what it receives
/// on its way back.
///
/// `dispatcher::set_transport` gives one to a channel, which destroys it when it closes.  The loop
/// calls it on its thread, never two of its functions at once.  A transport reads and writes the
/// socket itself, without blocking (`recv`, `send` with MSG_NOSIGNAL), never closes or shuts it,
/// and calls nothing of the loop, its channels or its broadcasts, which may be in the middle of a
/// round.
///
/// Each function gives an `io_result`.  With `would_block()` nothing goes on until the socket is
/// ready for what `want` says: `io_want::none` means the obvious one, room to send in `send_some`
/// and `shutdown_some`, input in the others.  The same function is called again then.  Any other
/// error ends the channel: `handle_close(ec)`.
class REACTOR_EXPORT transport {
public:
    transport() = default;
    virtual ~transport();
    transport(const transport&) = delete;
    transport& operator=(const transport&) = delete;

    /// Begins, once `fd` is connected, and goes on until it gives no error: a handshake.  Then
    /// comes `handle_connect`.  `drained` is false when bytes for the channel came with it.
    /// @param fd  the channel's socket, non-blocking; the same until the transport is destroyed.
    [[nodiscard]] virtual io_result start(int fd) noexcept = 0;
    /// Gives bytes to the channel, `n` of them; 0 without an error is the peer's end, and only an
    /// end that the protocol itself proves (TLS: close_notify): a bare end of the socket may be an
    /// attacker's, and is an error there.  `drained` is false when more are inside, of which the
    /// socket will not tell.
    [[nodiscard]] virtual io_result recv_some(std::span<char> buffer) noexcept = 0;
    /// Takes bytes from the channel, `n` of them and for good: the others are offered again, maybe
    /// beside new ones.  `drained` is false while some of what was taken has not reached the
    /// socket; `want` says what for.  Then it is called again without any pieces when the socket is
    /// ready, and takes nothing more: so no more than a record waits inside.
    [[nodiscard]] virtual io_result send_some(std::span<const iovec> pieces) noexcept = 0;
    /// Tells the peer that nothing more comes (TLS: close_notify), after all that was taken has
    /// reached the socket.  Called until it gives no error; then the loop ends the socket's sending
    /// side.  Not called before a `close`, which is abrupt.
    [[nodiscard]] virtual io_result shutdown_some() noexcept = 0;
};

} // namespace reactor
