#pragma once

#include "bench/reactor-bench/peers/peer.hpp"

#include <reactor/unique_fd.hpp>

#include <sys/epoll.h>

#include <cstdint>
#include <span>
#include <vector>

// What is there without any library: the calls, and the least that a program needs around them.
namespace reactor_bench::with_epoll {

/// An epoll set whose events carry a number.
class epoll_set {
public:
    epoll_set();

    void add(int fd, std::uint64_t number, std::uint32_t events = EPOLLIN);
    void change(int fd, std::uint64_t number, std::uint32_t events);
    /// What is ready; valid until the next call.  A negative time-out waits for ever.
    [[nodiscard]] std::span<const epoll_event> wait(int timeout_ms = -1);

private:
    reactor::unique_fd set_;
    std::vector<epoll_event> events_;
};

[[nodiscard]] peer describe();

[[nodiscard]] std::unique_ptr<ring> make_ring(std::vector<socket_pair> sockets);

} // namespace reactor_bench::with_epoll
