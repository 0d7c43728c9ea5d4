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
[[nodiscard]] std::unique_ptr<ping_pong> make_ping_pong(std::vector<reactor::unique_fd> ends,
                                                        ping_pong_work& work);
[[nodiscard]] std::unique_ptr<line_server>
make_line_server(std::vector<reactor::unique_fd> connections);
[[nodiscard]] std::unique_ptr<room> make_room(std::vector<reactor::unique_fd> members);
[[nodiscard]] std::unique_ptr<acceptor> make_acceptor(reactor::unique_fd listener, accept_log& log);
[[nodiscard]] std::unique_ptr<timer_set> make_timers(std::size_t count, timer_log& log);
[[nodiscard]] std::unique_ptr<post_target> make_post_target(post_log& log);

} // namespace reactor_bench::with_libuv
