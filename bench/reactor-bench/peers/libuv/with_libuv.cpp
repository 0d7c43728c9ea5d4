#include "bench/reactor-bench/peers/libuv/with_libuv.hpp"
#include "bench/reactor-bench/cases/accept.hpp"
#include "bench/reactor-bench/cases/lines.hpp"
#include "bench/reactor-bench/cases/ping_pong.hpp"
#include "bench/reactor-bench/cases/posts.hpp"
#include "bench/reactor-bench/cases/ring.hpp"
#include "bench/reactor-bench/cases/room.hpp"
#include "bench/reactor-bench/cases/timers.hpp"

namespace reactor_bench::with_libuv {

std::error_code error_of(int status) noexcept {
    if (status == UV_EOF)
        return {};
    return {status < 0 ? -status : 0, std::system_category()};
}

void check(int status, const char* call) {
    if (status < 0)
        throw std::system_error(error_of(status), call);
}

loop::loop() { check(uv_loop_init(&loop_), "uv_loop_init"); }

loop::~loop() {
    const auto close = [](uv_handle_t* handle, void* /*argument*/) {
        if (uv_is_closing(handle) == 0)
            uv_close(handle, nullptr);
    };
    uv_walk(&loop_, close, nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
}

peer describe() {
    return {.name = "libuv",
            .version = uv_version_string(),
            .make_ring = &make_ring,
            .make_ping_pong = &make_ping_pong,
            .make_line_server = &make_line_server,
            .make_room = &make_room,
            .make_acceptor = &make_acceptor,
            .make_timers = &make_timers,
            .make_post_target = &make_post_target};
}

} // namespace reactor_bench::with_libuv
