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
[[nodiscard]] std::unique_ptr<ping_pong> make_ping_pong(std::vector<reactor::unique_fd> ends,
                                                        ping_pong_work& work);
[[nodiscard]] std::unique_ptr<line_server>
make_line_server(std::vector<reactor::unique_fd> connections);
[[nodiscard]] std::unique_ptr<room> make_room(std::vector<reactor::unique_fd> members);
[[nodiscard]] std::unique_ptr<acceptor> make_acceptor(reactor::unique_fd listener, accept_log& log);
[[nodiscard]] std::unique_ptr<timer_set> make_timers(std::size_t count, timer_log& log);
[[nodiscard]] std::unique_ptr<post_target> make_post_target(post_log& log);

} // namespace reactor_bench::with_epoll
