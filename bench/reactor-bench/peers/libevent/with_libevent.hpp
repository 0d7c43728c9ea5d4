#pragma once

#include "bench/reactor-bench/peers/peer.hpp"

#include <event2/bufferevent.h>
#include <event2/event.h>

#include <memory>

// libevent 2.1 by its event2 interface.
namespace reactor_bench::with_libevent {

struct free_base {
    void operator()(event_base* base) const noexcept { event_base_free(base); }
};
struct free_event {
    void operator()(event* what) const noexcept { event_free(what); }
};
struct free_bufferevent {
    void operator()(bufferevent* what) const noexcept { bufferevent_free(what); }
};
using owned_base = std::unique_ptr<event_base, free_base>;
using owned_event = std::unique_ptr<event, free_event>;
using owned_bufferevent = std::unique_ptr<bufferevent, free_bufferevent>;

/// Throws std::bad_alloc.
[[nodiscard]] owned_base make_base();
[[nodiscard]] owned_event make_event(event_base* base, int fd, short what,
                                     event_callback_fn function, void* argument);

[[nodiscard]] peer describe();

[[nodiscard]] std::unique_ptr<ring> make_ring(std::vector<socket_pair> sockets);

} // namespace reactor_bench::with_libevent
