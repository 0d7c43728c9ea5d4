#pragma once

#include "bench/reactor-bench/peers/peer.hpp"

// Asio without Boost, one thread: each io_context is told so.
namespace reactor_bench::with_asio {

/// The hint by which an io_context knows that one thread alone runs it.
inline constexpr int one_thread = 1;

[[nodiscard]] peer describe();

[[nodiscard]] std::unique_ptr<ring> make_ring(std::vector<socket_pair> sockets);

} // namespace reactor_bench::with_asio
