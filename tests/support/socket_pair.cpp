#include "support/socket_pair.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace support {

namespace {

int checked(int result, const char* what) {
    if (result < 0)
        throw std::system_error(errno, std::system_category(), what);
    return result;
}

reactor::unique_fd open_socket(int family) {
    return reactor::unique_fd{checked(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
}

void set_option(int fd, int level, int name, int value) {
    checked(::setsockopt(fd, level, name, &value, sizeof value), "setsockopt");
}

} // namespace

const char* family_name(int family) noexcept {
    return family == AF_INET ? "IPv4" : family == AF_INET6 ? "IPv6" : "UNIX";
}

bool family_available(int family) {
    if (family != AF_INET6)
        return true;
    const reactor::unique_fd fd{::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const auto address = reactor::endpoint::loopback_v6(0);
    return fd && ::bind(fd.get(), address.native(), address.native_size()) == 0;
}

reactor::endpoint any_address(int family, const temp_dir& directory) {
    if (family == AF_INET)
        return reactor::endpoint::loopback_v4(0);
    if (family == AF_INET6)
        return reactor::endpoint::loopback_v6(0);
    return reactor::endpoint::unix_path(directory.file("listener"));
}

listening_socket::listening_socket(int family, int backlog) : fd_(open_socket(family)) {
    const auto wanted = any_address(family, directory_);
    checked(::bind(fd_.get(), wanted.native(), wanted.native_size()), "bind");
    checked(::listen(fd_.get(), backlog), "listen");
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    checked(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&bound), &size), "getsockname");
    address_ = reactor::endpoint::from_native(reinterpret_cast<sockaddr*>(&bound), size);
}

reactor::unique_fd listening_socket::accept() const {
    return reactor::unique_fd{
        checked(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4")};
}

reactor::unique_fd connect_to(const reactor::endpoint& address) {
    auto fd = open_socket(address.family());
    checked(::connect(fd.get(), address.native(), address.native_size()), "connect");
    return fd;
}

socket_pair make_socket_pair(int family, int buffer_bytes) {
    socket_pair made;
    if (family == AF_UNIX) {
        int fds[2];
        checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), "socketpair");
        made.ours.reset(fds[0]);
        made.theirs.reset(fds[1]);
    } else {
        const listening_socket listener(family, 1);
        made.theirs = connect_to(listener.address());
        made.ours = listener.accept();
    }
    for (const int fd : {made.ours.get(), made.theirs.get()}) {
        if (family != AF_UNIX)
            set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
        if (buffer_bytes > 0) {
            set_option(fd, SOL_SOCKET, SO_SNDBUF, buffer_bytes);
            set_option(fd, SOL_SOCKET, SO_RCVBUF, buffer_bytes);
        }
    }
    return made;
}

} // namespace support
