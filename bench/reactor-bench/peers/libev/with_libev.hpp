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

} // namespace reactor_bench::with_libev
