#pragma once

#include "support/catch.hpp"
#include "support/daemon_process.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

/// A listening socket of the test's own, on a port that the system chose.
class held_socket {
public:
    explicit held_socket(int type = SOCK_STREAM, bool listens = true)
        : fd_(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* plain = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof(address);
        REQUIRE(::bind(fd_, plain, size) == 0);
        if (listens)
            REQUIRE(::listen(fd_, 16) == 0);
        REQUIRE(::getsockname(fd_, plain, &size) == 0);
        endpoint_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    }
    /// A UNIX socket that listens at `path`; the file stays.
    explicit held_socket(const std::string& path)
        : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)), endpoint_("unix:" + path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof(address.sun_path) - 1);
        REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
        REQUIRE(::listen(fd_, 16) == 0);
    }
    held_socket(const held_socket&) = delete;
    held_socket& operator=(const held_socket&) = delete;
    ~held_socket() { ::close(fd_); }

    int fd() const noexcept { return fd_; }
    const std::string& endpoint() const noexcept { return endpoint_; }

private:
    int fd_;
    std::string endpoint_;
};

/// Copies of these sockets are inherited, under names with `:` between them.
inline support::daemon_process::options handing_over(std::vector<int> sockets, std::string names) {
    support::daemon_process::options chosen;
    chosen.inherited = std::move(sockets);
    chosen.inherited_names = std::move(names);
    return chosen;
}
