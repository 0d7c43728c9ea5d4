#pragma once

#include <reactor/endpoint.hpp>
#include <reactor/unique_fd.hpp>

#include "support/temp_dir.hpp"

#include <cstddef>
#include <string>

namespace support {

/// `IPv4`, `IPv6` or `UNIX`, for a failure's text.
const char* family_name(int family) noexcept;

/// False when this machine has no such loopback address.
bool family_available(int family);

/// Two ends of one connection: blocking, close-on-exec.
struct socket_pair {
    reactor::unique_fd ours;
    reactor::unique_fd theirs;
};

/// AF_UNIX: socketpair(2).  AF_INET, AF_INET6: TCP over loopback, both ends with TCP_NODELAY.
/// @param buffer_bytes  SO_SNDBUF and SO_RCVBUF of both ends (the kernel rounds); 0 leaves them.
socket_pair make_socket_pair(int family, int buffer_bytes = 0);

/// A socket that listens at an address of the test's own: a free port, or a path in an own
/// directory.
class listening_socket {
public:
    explicit listening_socket(int family, int backlog = 16);

    const reactor::endpoint& address() const noexcept { return address_; }
    /// Blocks until a connection is there; the tests make it first.
    reactor::unique_fd accept() const;
    int fd() const noexcept { return fd_.get(); }
    /// From now on nobody listens there.
    void close() noexcept { fd_.reset(); }

private:
    temp_dir directory_;
    reactor::unique_fd fd_;
    reactor::endpoint address_;
};

/// A new blocking socket that is connected to `address`; the listener need not have accepted it.
reactor::unique_fd connect_to(const reactor::endpoint& address);

/// An address to bind to: loopback with port 0, or a path in `directory`.
reactor::endpoint any_address(int family, const temp_dir& directory);

} // namespace support
