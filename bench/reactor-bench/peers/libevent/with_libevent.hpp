#pragma once

#include "bench/reactor-bench/peers/peer.hpp"

#include <event2/bufferevent.h>
#include <event2/event.h>

#include <memory>
#include <string_view>

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

/// A base for one thread, without locks.  Throws std::bad_alloc.
[[nodiscard]] owned_base make_base();
/// A base that other threads may activate events of.  Throws std::bad_alloc.
[[nodiscard]] owned_base make_shared_base();
[[nodiscard]] owned_event make_event(event_base* base, int fd, short what,
                                     event_callback_fn function, void* argument);
/// Takes the socket over.
[[nodiscard]] owned_bufferevent make_stream(event_base* base, reactor::unique_fd socket,
                                            bufferevent_data_cb on_input,
                                            bufferevent_event_cb on_event, void* argument);
/// All input that is there, in one piece; valid until the input changes.
[[nodiscard]] std::string_view input_of(bufferevent* stream);

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

} // namespace reactor_bench::with_libevent
