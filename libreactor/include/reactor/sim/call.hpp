#pragma once

#include <reactor/export.hpp>

#include <cstddef>
#include <cstdint>

namespace reactor::sim {

/// The calls that a program makes of its system: what is counted, traced and made to fail.
enum class call : std::uint8_t {
    monotonic_now,
    process_id,
    interface_index,
    start_lookup,
    pidfd_open,
    peek_child,
    wait_child,
    open_reserve,
    close,
    set_nonblocking,
    set_close_on_exec,
    socket,
    bind,
    listen,
    connect,
    accept,
    shutdown,
    getsockname,
    getpeername,
    setsockopt,
    getsockopt,
    recv,
    send,
    sendmsg,
    recvfrom, ///< One datagram; shortened, it loses its end.
    sendto,
    recvmmsg, ///< A batch; shortened, it moves so many datagrams.
    sendmmsg, ///< As recvmmsg.
    duplicate,
    access_mode,
    file_type,
    is_terminal,
    read,
    write,
    epoll_create,
    epoll_ctl,
    epoll_wait,
    kqueue_create,
    kevent,
    kevent_change, ///< Each change that a kevent carries: not a call, but it may fail as one.
    poll,
    wake_create,
    wake_signal, ///< Also the trigger of a kqueue's user filter.
    wake_drain,
};
/// How many values `call` has.
inline constexpr std::size_t call_count = static_cast<std::size_t>(call::wake_drain) + 1;

/// The call's name as spelled above.
[[nodiscard]] REACTOR_EXPORT const char* name_of(call which) noexcept;

} // namespace reactor::sim
