#include "bench/reactor-bench/peers/libuv/with_libuv.hpp"

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
    return {.name = "libuv", .version = uv_version_string(), .make_ring = &make_ring};
}

} // namespace reactor_bench::with_libuv
