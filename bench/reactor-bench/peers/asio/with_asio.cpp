#include "bench/reactor-bench/peers/asio/with_asio.hpp"
#include "bench/reactor-bench/cases/accept.hpp"
#include "bench/reactor-bench/cases/lines.hpp"
#include "bench/reactor-bench/cases/ping_pong.hpp"
#include "bench/reactor-bench/cases/posts.hpp"
#include "bench/reactor-bench/cases/ring.hpp"
#include "bench/reactor-bench/cases/room.hpp"
#include "bench/reactor-bench/cases/timers.hpp"

#include <asio/impl/src.hpp> // the library's own sources, compiled once: here
#include <asio/version.hpp>

#include <fmt/format.h>

namespace reactor_bench::with_asio {

peer describe() {
    return {.name = "asio",
            .version = fmt::format("{}.{}.{}", ASIO_VERSION / 100'000, ASIO_VERSION / 100 % 1000,
                                   ASIO_VERSION % 100),
            .make_ring = &make_ring,
            .make_ping_pong = &make_ping_pong,
            .make_line_server = &make_line_server,
            .make_room = &make_room,
            .make_acceptor = &make_acceptor,
            .make_timers = &make_timers,
            .make_post_target = &make_post_target};
}

} // namespace reactor_bench::with_asio
