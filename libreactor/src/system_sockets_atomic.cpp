#include "system_help.hpp"

// Sockets that are non-blocking and close-on-exec from the start: no other thread's fork and exec
// can come in between.
namespace reactor::system {

result socket(int family, int type) noexcept {
    return outcome(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

result accept(int fd, sockaddr* address, socklen_t* size) noexcept {
    return outcome(::accept4(fd, address, size, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

} // namespace reactor::system
