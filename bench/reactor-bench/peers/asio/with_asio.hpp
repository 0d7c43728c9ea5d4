#pragma once

#include "bench/reactor-bench/peers/peer.hpp"

// Asio without Boost, one thread: each io_context is told so.
namespace reactor_bench::with_asio {

/// The hint by which an io_context knows that one thread alone runs it.
inline constexpr int one_thread = 1;

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

} // namespace reactor_bench::with_asio
