#include "bench/reactor-bench/peers/libevent/with_libevent.hpp"

#include <new>

namespace reactor_bench::with_libevent {

owned_base make_base() {
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

peer describe() {
    return {.name = "libevent", .version = event_get_version(), .make_ring = &make_ring};
}

} // namespace reactor_bench::with_libevent
