#pragma once

#include "bench/reactor-bench/peers/peer.hpp"

// The library that this project is about.
namespace reactor_bench::with_reactor {

[[nodiscard]] peer describe();
/// Handlers that receive and send by themselves, as they do with loops that only tell of readiness:
/// for the ring alone.
[[nodiscard]] peer describe_direct();

[[nodiscard]] std::unique_ptr<ring> make_ring(std::vector<socket_pair> sockets);
[[nodiscard]] std::unique_ptr<ping_pong> make_ping_pong(std::vector<reactor::unique_fd> ends,
                                                        ping_pong_work& work);
[[nodiscard]] std::unique_ptr<line_server>
make_line_server(std::vector<reactor::unique_fd> connections);
[[nodiscard]] std::unique_ptr<room> make_room(std::vector<reactor::unique_fd> members);
[[nodiscard]] std::unique_ptr<acceptor> make_acceptor(reactor::unique_fd listener, accept_log& log);
[[nodiscard]] std::unique_ptr<timer_set> make_timers(std::size_t count, timer_log& log);
[[nodiscard]] std::unique_ptr<post_target> make_post_target(post_log& log);
[[nodiscard]] std::unique_ptr<ring> make_direct_ring(std::vector<socket_pair> sockets);

} // namespace reactor_bench::with_reactor
