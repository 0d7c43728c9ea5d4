#include "system_help.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sys/wait.h>
#include <unistd.h>

// The calls that every system has.

namespace reactor::system {

std::chrono::nanoseconds monotonic_now() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

int process_id() noexcept { return ::getpid(); }
int process_id_in_handler() noexcept { return ::getpid(); }

result interface_index(const char* name) noexcept {
    const auto index = ::if_nametoindex(name);
    return index != 0 ? result{index, 0} : result{-1, errno};
}

result write_report(int fd, const char* text, std::size_t size) noexcept {
    return outcome(::write(fd, text, size));
}

result signal_action(int signal, const struct sigaction& action,
                     struct sigaction& former) noexcept {
    return outcome(::sigaction(signal, &action, &former));
}

result peek_child(int pid) noexcept {
    siginfo_t info{};
    return outcome(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT));
}

result wait_child(int pid, int& status) noexcept {
    return outcome(::waitpid(pid, &status, WNOHANG));
}

result open_reserve() noexcept { return outcome(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

result close(int fd) noexcept { return outcome(::close(fd)); }

result set_close_on_exec(int fd) noexcept { return outcome(::fcntl(fd, F_SETFD, FD_CLOEXEC)); }

result set_nonblocking(int fd, bool on) noexcept {
    if (on)
        forbid_sigpipe(fd); // every descriptor that was made elsewhere comes by here
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0)
        return outcome(flags);
    const bool was_on = (flags & O_NONBLOCK) != 0;
    if (was_on != on && ::fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) < 0)
        return outcome(-1);
    return {was_on ? 1 : 0, 0};
}

result bind(int fd, const sockaddr* address, socklen_t size) noexcept {
    return outcome(::bind(fd, address, size));
}

result listen(int fd, int backlog) noexcept { return outcome(::listen(fd, backlog)); }

result connect(int fd, const sockaddr* address, socklen_t size) noexcept {
    return outcome(::connect(fd, address, size));
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
    return outcome(::send(fd, data, size, send_flags));
}

result sendmsg(int fd, std::span<const iovec> pieces) noexcept {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data()); // sendmsg only reads them
    message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(pieces.size());
    return outcome(::sendmsg(fd, &message, send_flags));
}

} // namespace reactor::system
