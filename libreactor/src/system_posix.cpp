#include "system.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <ctime>

namespace reactor::system {

namespace {

result outcome(std::int64_t value) noexcept {
    return value < 0 ? result{-1, errno} : result{value, 0};
}

timespec to_timespec(std::chrono::nanoseconds time) noexcept {
    time = std::max(time, std::chrono::nanoseconds{0});
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return {static_cast<time_t>(seconds.count()), static_cast<long>((time - seconds).count())};
}

/// epoll_wait's milliseconds, rounded up: rounding down would wake early and spin until the
/// deadline.
int to_milliseconds(const wait_limit& limit) noexcept {
    if (!limit)
        return -1;
    const auto up =
        std::chrono::ceil<std::chrono::milliseconds>(std::max(*limit, std::chrono::nanoseconds{0}));
    return static_cast<int>(std::min<std::int64_t>(up.count(), INT_MAX));
}

} // namespace

std::chrono::nanoseconds monotonic_now() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

int process_id() noexcept { return ::getpid(); }

result interface_index(const char* name) noexcept {
    const auto index = ::if_nametoindex(name);
    return index != 0 ? result{index, 0} : result{-1, errno};
}

result signal_action(int signal, const struct sigaction& action,
                     struct sigaction& former) noexcept {
    return outcome(::sigaction(signal, &action, &former));
}

result open_reserve() noexcept { return outcome(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

result close(int fd) noexcept { return outcome(::close(fd)); }

result set_nonblocking(int fd, bool on) noexcept {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0)
        return outcome(flags);
    const bool was_on = (flags & O_NONBLOCK) != 0;
    if (was_on != on && ::fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) < 0)
        return outcome(-1);
    return {was_on ? 1 : 0, 0};
}

result socket(int family, int type) noexcept {
    return outcome(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

result bind(int fd, const sockaddr* address, socklen_t size) noexcept {
    return outcome(::bind(fd, address, size));
}

result listen(int fd, int backlog) noexcept { return outcome(::listen(fd, backlog)); }

result connect(int fd, const sockaddr* address, socklen_t size) noexcept {
    return outcome(::connect(fd, address, size));
}

result accept(int fd, sockaddr* address, socklen_t* size) noexcept {
    return outcome(::accept4(fd, address, size, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

result shutdown(int fd, int how) noexcept { return outcome(::shutdown(fd, how)); }

result getsockname(int fd, sockaddr* address, socklen_t* size) noexcept {
    return outcome(::getsockname(fd, address, size));
}

result getpeername(int fd, sockaddr* address, socklen_t* size) noexcept {
    return outcome(::getpeername(fd, address, size));
}

result setsockopt(int fd, int level, int name, const void* value, socklen_t size) noexcept {
    return outcome(::setsockopt(fd, level, name, value, size));
}

result getsockopt(int fd, int level, int name, void* value, socklen_t* size) noexcept {
    return outcome(::getsockopt(fd, level, name, value, size));
}

result recv(int fd, std::span<char> buffer, int flags) noexcept {
    return outcome(::recv(fd, buffer.data(), buffer.size(), flags));
}

result send(int fd, const char* data, std::size_t size) noexcept {
    return outcome(::send(fd, data, size, MSG_NOSIGNAL));
}

result sendmsg(int fd, std::span<const iovec> pieces) noexcept {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data()); // sendmsg only reads them
    message.msg_iovlen = pieces.size();
    return outcome(::sendmsg(fd, &message, MSG_NOSIGNAL));
}

result epoll_create() noexcept { return outcome(::epoll_create1(EPOLL_CLOEXEC)); }

result epoll_ctl(int set, int operation, int fd, epoll_event* event) noexcept {
    return outcome(::epoll_ctl(set, operation, fd, event));
}

result epoll_wait(int set, std::span<epoll_event> events, wait_limit limit) noexcept {
    const auto count = static_cast<int>(events.size());
    // Nanoseconds matter only between none and without limit; kernels before 5.11 lack the call.
    if (limit && limit->count() > 0) {
        const auto time = to_timespec(*limit);
        const auto waited = outcome(::epoll_pwait2(set, events.data(), count, &time, nullptr));
        if (waited.error != ENOSYS)
            return waited;
    }
    return outcome(::epoll_wait(set, events.data(), count, to_milliseconds(limit)));
}

result poll(std::span<pollfd> entries, wait_limit limit) noexcept {
    const auto time = to_timespec(limit.value_or(std::chrono::nanoseconds{0}));
    return outcome(::ppoll(entries.data(), entries.size(), limit ? &time : nullptr, nullptr));
}

result wake_create() noexcept { return outcome(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)); }

result wake_signal(int fd) noexcept { return outcome(::eventfd_write(fd, 1)); }

result wake_drain(int fd) noexcept {
    eventfd_t count = 0;
    return outcome(::eventfd_read(fd, &count));
}

} // namespace reactor::system
