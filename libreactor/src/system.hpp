#pragma once

#include <reactor/datagram.hpp>
#include <reactor/endpoint.hpp>
#include <reactor/unique_function.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <csignal>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

struct epoll_event; // <sys/epoll.h>, where there is one

/// Every system call of libreactor and its clock: the link-time seam.
///
/// `system_posix.cpp` and its neighbours make the real calls (`cmake/system_calls.cmake` chooses
/// among twins); `sim/system_sim.cpp` has the same symbols over a world in memory.  A function is
/// one call and nothing else (a twin that stands in for a call may need two): retrying, budgets and
/// meaning belong to its callers, so that a test can fail any single call.  All descriptors made
/// here are non-blocking and close-on-exec.
namespace reactor::system {

/// What a call gave: `value` when `error` is 0, else `error` is an errno and `value` is -1.
struct result {
    std::int64_t value = -1;
    int error = 0;

    [[nodiscard]] bool ok() const noexcept { return error == 0; }
};

/// Empty: wait without limit.  Negative values count as zero.
using wait_limit = std::optional<std::chrono::nanoseconds>;

/// Time since an arbitrary start; never goes back, not touched by clock changes (CLOCK_MONOTONIC).
[[nodiscard]] std::chrono::nanoseconds monotonic_now() noexcept;

[[nodiscard]] int process_id() noexcept;
/// The same, for signal handlers.
[[nodiscard]] int process_id_in_handler() noexcept;

/// The number of the network interface of this name (if_nametoindex).
[[nodiscard]] result interface_index(const char* name) noexcept;

/// Writes a text for people to a descriptor of the process: write(2), also in a signal handler.  No
/// part of any simulation: what a simulated loop has to say goes to the real descriptor.
[[nodiscard]] result write_report(int fd, const char* text, std::size_t size) noexcept;

/// What a look-up of a name gave.
struct lookup_answer {
    int failure = 0; ///< An EAI_* value; 0 on success.
    int error = 0;   ///< The errno, when `failure` is EAI_SYSTEM.
    std::vector<endpoint> addresses = {};
};
using lookup_done = unique_function<void(lookup_answer)>;

/// Begins to look the addresses of `host` up (getaddrinfo) without waiting: `done` gets the answer,
/// with `port` in each address, once, later and on any thread, maybe never; on failure it is
/// destroyed.
[[nodiscard]] result start_lookup(const std::string& host, std::uint16_t port,
                                  lookup_done done) noexcept;

/// Installs `action` for a signal of the process and gives the one before in `former`.
[[nodiscard]] result signal_action(int signal, const struct sigaction& action,
                                   struct sigaction& former) noexcept;

/// A descriptor that becomes readable when the process has ended; ENOSYS where there is no such.
[[nodiscard]] result pidfd_open(int pid) noexcept;
/// Whether there is such a child to wait for, running or not; it is not waited for (waitid).
[[nodiscard]] result peek_child(int pid) noexcept;
/// Waits for this child if it has ended: gives its number, 0 when it has not.
[[nodiscard]] result wait_child(int pid, int& status) noexcept;

/// Opens a descriptor that stands for nothing: kept in reserve for the day the limit is reached.
[[nodiscard]] result open_reserve() noexcept;
result close(int fd) noexcept;
/// Gives 1 when the descriptor was non-blocking before, else 0.
result set_nonblocking(int fd, bool on) noexcept;
/// For descriptors that somebody else made.
[[nodiscard]] result set_close_on_exec(int fd) noexcept;

[[nodiscard]] result socket(int family, int type) noexcept;
[[nodiscard]] result bind(int fd, const sockaddr* address, socklen_t size) noexcept;
[[nodiscard]] result listen(int fd, int backlog) noexcept;
[[nodiscard]] result connect(int fd, const sockaddr* address, socklen_t size) noexcept;
/// The new descriptor; `size` is in/out as for accept(2).
[[nodiscard]] result accept(int fd, sockaddr* address, socklen_t* size) noexcept;
result shutdown(int fd, int how) noexcept;
[[nodiscard]] result getsockname(int fd, sockaddr* address, socklen_t* size) noexcept;
[[nodiscard]] result getpeername(int fd, sockaddr* address, socklen_t* size) noexcept;
result setsockopt(int fd, int level, int name, const void* value, socklen_t size) noexcept;
[[nodiscard]] result getsockopt(int fd, int level, int name, void* value, socklen_t* size) noexcept;
/// TCP_NOTSENT_LOWAT: about so many unsent bytes make the socket unwritable.  Where there is no
/// such option the send buffer is made so small, which counts the unacknowledged bytes as well.
result limit_unsent(int fd, int bytes) noexcept;

[[nodiscard]] result recv(int fd, std::span<char> buffer, int flags) noexcept;
/// Never raises SIGPIPE.
[[nodiscard]] result send(int fd, const char* data, std::size_t size) noexcept;
/// Gathers the pieces into one segment of the stream; never raises SIGPIPE.
[[nodiscard]] result sendmsg(int fd, std::span<const iovec> pieces) noexcept;

/// One datagram into `into.bytes`, which it cuts to what came; gives how much that is.
[[nodiscard]] result recvfrom(int fd, datagram& into) noexcept;
/// One datagram as a whole, to the connected peer when it has no address.
[[nodiscard]] result sendto(int fd, const datagram& message) noexcept;
/// One call moves so many datagrams at most.
inline constexpr std::size_t datagram_batch_limit = 64;
/// As recvfrom for as many as are there, and gives how many that is; an error only without any.
[[nodiscard]] result recvmmsg(int fd, std::span<datagram> into) noexcept;
/// As sendto for each in turn, up to the first that fails, and gives how many went; that one's
/// error only when it is the first.
[[nodiscard]] result sendmmsg(int fd, std::span<const datagram> messages) noexcept;
/// A second descriptor for the same open file, not one of 0 to 2: they have a meaning.
[[nodiscard]] result duplicate(int fd) noexcept;
/// O_RDONLY, O_WRONLY or O_RDWR.
[[nodiscard]] result access_mode(int fd) noexcept;
/// What the descriptor stands for: S_IFREG, S_IFIFO and so on.
[[nodiscard]] result file_type(int fd) noexcept;
[[nodiscard]] bool is_terminal(int fd) noexcept;
[[nodiscard]] result read(int fd, std::span<char> buffer) noexcept;
/// Writes the pieces with one call; of any descriptor, and never raises SIGPIPE.
[[nodiscard]] result write(int fd, std::span<const iovec> pieces) noexcept;

// Only where there is an epoll: the files that use them include <sys/epoll.h>.
[[nodiscard]] result epoll_create() noexcept;
[[nodiscard]] result epoll_ctl(int set, int operation, int fd, epoll_event* event) noexcept;
[[nodiscard]] result epoll_wait(int set, std::span<epoll_event> events, wait_limit limit) noexcept;
/// What a kqueue watches a descriptor for.  `user` is no descriptor's: a kqueue has one such
/// filter.
enum class kqueue_filter : std::uint8_t { read, write, urgent, user };

namespace kqueue_flag {
enum bits : std::uint8_t {
    add = 1U << 0,
    remove = 1U << 1,
    clear = 1U << 2,   ///< an event once reported is over (edge-triggered)
    receipt = 1U << 3, ///< the change is answered by an event with `error`, also when it succeeds
    error = 1U << 4,   ///< an answer to a change: `value` is its errno
    end = 1U << 5,     ///< nothing more comes from, or goes to, the other side
};
} // namespace kqueue_flag

/// A change asked of a kqueue, or an event that it gave.
struct kqueue_event {
    int fd = 0;
    kqueue_filter filter = kqueue_filter::read;
    std::uint8_t flags = 0;
    int end_error = 0;      ///< of an event with `end`: the socket's error, or 0
    std::uint32_t mark = 0; ///< comes back with the events of an added filter
    std::int64_t value = 0; ///< of an event: bytes to be read, room to write, connections
};

/// One call takes so many changes and gives so many events at most.
inline constexpr std::size_t kqueue_batch = 256;

/// ENOSYS where there is no kqueue.
[[nodiscard]] result kqueue_create() noexcept;
/// Whether the system has this kind of filter.
[[nodiscard]] bool kqueue_knows(kqueue_filter filter) noexcept;
/// Makes the changes, then waits for events and gives how many it filled in.  A change that fails
/// is answered by an event, and then there is no wait; without room for it the call fails.
[[nodiscard]] result kevent(int set, std::span<const kqueue_event> changes,
                            std::span<kqueue_event> events, wait_limit limit) noexcept;
/// Makes the `user` filter fire.  Any thread, and signal handlers.
result kqueue_trigger(int set) noexcept;

[[nodiscard]] result poll(std::span<pollfd> entries, wait_limit limit) noexcept;

/// What wakes a waiting loop: `watched` becomes readable by `wake_signal(signalled)` until
/// `wake_drain(watched)`.  One descriptor may be both ends.
struct wake_ends {
    int watched = -1;
    int signalled = -1;
};
[[nodiscard]] result wake_create(wake_ends& made) noexcept;
/// Any thread, and signal handlers.  EAGAIN when it can take no more signals: it is readable.
result wake_signal(int signalled) noexcept;
result wake_drain(int watched) noexcept;

} // namespace reactor::system
