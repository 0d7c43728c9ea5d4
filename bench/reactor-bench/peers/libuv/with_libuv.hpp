#pragma once

#include "bench/reactor-bench/peers/peer.hpp"

#include <uv.h>

#include <system_error>

// libuv, as its guide has it.
namespace reactor_bench::with_libuv {

/// What libuv's functions return, as an error; libuv's codes are negated `errno`s.
[[nodiscard]] std::error_code error_of(int status) noexcept;
/// Throws std::system_error unless `status` is success.
void check(int status, const char* call);

/// Declare it after what holds the handles: it closes all of them, which they must live to see.
class loop {
public:
    loop();
    ~loop();
    loop(const loop&) = delete;
    loop& operator=(const loop&) = delete;

    [[nodiscard]] uv_loop_t* get() noexcept { return &loop_; }

private:
    uv_loop_t loop_{};
};

[[nodiscard]] peer describe();

[[nodiscard]] std::unique_ptr<ring> make_ring(std::vector<socket_pair> sockets);

} // namespace reactor_bench::with_libuv
