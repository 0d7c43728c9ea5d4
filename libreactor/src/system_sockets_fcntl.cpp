#include "system_help.hpp"

#include <fcntl.h>
#include <unistd.h>

// Twin of system_sockets_atomic.cpp.  Another thread that forks and execs between the calls takes
// the socket along; there is no way around that here.
namespace reactor::system {

namespace {

result prepared(int fd) noexcept {
    if (fd < 0)
        return outcome(fd);
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
        ::fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
        const auto failed = outcome(-1);
        ::close(fd);
        return failed;
    }
    forbid_sigpipe(fd);
    return {fd, 0};
}

} // namespace

result socket(int family, int type) noexcept { return prepared(::socket(family, type, 0)); }

result accept(int fd, sockaddr* address, socklen_t* size) noexcept {
    return prepared(::accept(fd, address, size));
}

} // namespace reactor::system
