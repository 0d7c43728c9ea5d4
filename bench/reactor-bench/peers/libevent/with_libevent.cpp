#include "bench/reactor-bench/peers/libevent/with_libevent.hpp"
#include "bench/reactor-bench/cases/accept.hpp"
#include "bench/reactor-bench/cases/lines.hpp"
#include "bench/reactor-bench/cases/ping_pong.hpp"
#include "bench/reactor-bench/cases/posts.hpp"
#include "bench/reactor-bench/cases/ring.hpp"
#include "bench/reactor-bench/cases/room.hpp"
#include "bench/reactor-bench/cases/timers.hpp"

#include <event2/buffer.h>
#include <event2/thread.h>

#include <cstddef>
#include <new>

namespace reactor_bench::with_libevent {

owned_base make_base() {
    const std::unique_ptr<event_config, decltype(&event_config_free)> how(event_config_new(),
                                                                          &event_config_free);
    if (!how)
        throw std::bad_alloc();
    event_config_set_flag(how.get(), EVENT_BASE_FLAG_NOLOCK);
    owned_base made(event_base_new_with_config(how.get()));
    if (!made)
        throw std::bad_alloc();
    return made;
}

owned_base make_shared_base() {
    evthread_use_pthreads();
    owned_base made(event_base_new());
    if (!made)
        throw std::bad_alloc();
    return made;
}

owned_event make_event(event_base* base, int fd, short what, event_callback_fn function,
                       void* argument) {
    owned_event made(event_new(base, fd, what, function, argument));
    if (!made)
        throw std::bad_alloc();
    return made;
}

owned_bufferevent make_stream(event_base* base, reactor::unique_fd socket,
                              bufferevent_data_cb on_input, bufferevent_event_cb on_event,
                              void* argument) {
    owned_bufferevent made(bufferevent_socket_new(base, socket.get(), BEV_OPT_CLOSE_ON_FREE));
    if (!made)
        throw std::bad_alloc();
    static_cast<void>(socket.release());
    bufferevent_setcb(made.get(), on_input, nullptr, on_event, argument);
    bufferevent_enable(made.get(), EV_READ | EV_WRITE);
    return made;
}

std::string_view input_of(bufferevent* stream) {
    evbuffer* input = bufferevent_get_input(stream);
    const std::size_t size = evbuffer_get_length(input);
    return {reinterpret_cast<const char*>(evbuffer_pullup(input, -1)), size};
}

peer describe() {
    return {.name = "libevent",
            .version = event_get_version(),
            .make_ring = &make_ring,
            .make_ping_pong = &make_ping_pong,
            .make_line_server = &make_line_server,
            .make_room = &make_room,
            .make_acceptor = &make_acceptor,
            .make_timers = &make_timers,
            .make_post_target = &make_post_target};
}

} // namespace reactor_bench::with_libevent
