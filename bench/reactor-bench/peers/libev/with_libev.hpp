#pragma once

#include "bench/reactor-bench/peers/peer.hpp"

#include <ev.h>

#include <memory>
#include <new>

// libev by its C interface, as its manual has it.
namespace reactor_bench::with_libev {

struct destroy_loop {
    void operator()(struct ev_loop* loop) const noexcept { ev_loop_destroy(loop); }
};
using owned_loop = std::unique_ptr<struct ev_loop, destroy_loop>;

[[nodiscard]] inline owned_loop make_loop() {
    owned_loop made(ev_loop_new(EVFLAG_AUTO));
    if (!made)
        throw std::bad_alloc();
    return made;
}

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

} // namespace reactor_bench::with_libev
