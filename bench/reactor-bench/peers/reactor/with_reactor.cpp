#include "bench/reactor-bench/peers/reactor/with_reactor.hpp"
#include "bench/reactor-bench/cases/accept.hpp"
#include "bench/reactor-bench/cases/lines.hpp"
#include "bench/reactor-bench/cases/ping_pong.hpp"
#include "bench/reactor-bench/cases/posts.hpp"
#include "bench/reactor-bench/cases/ring.hpp"
#include "bench/reactor-bench/cases/room.hpp"
#include "bench/reactor-bench/cases/timers.hpp"

#include <reactor/version.hpp>

namespace reactor_bench::with_reactor {

peer describe() {
    return {.name = "reactor",
            .version = reactor::version,
            .make_ring = &make_ring,
            .make_ping_pong = &make_ping_pong,
            .make_line_server = &make_line_server,
            .make_room = &make_room,
            .make_acceptor = &make_acceptor,
            .make_timers = &make_timers,
            .make_post_target = &make_post_target};
}

peer describe_direct() {
    return {.name = "reactor-direct", .version = reactor::version, .make_ring = &make_direct_ring};
}

} // namespace reactor_bench::with_reactor
