#pragma once

#include "bench/reactor-bench/peers/peer.hpp"

// The library that this project is about.
namespace reactor_bench::with_reactor {

[[nodiscard]] peer describe();
/// Handlers that receive and send by themselves, as they do with loops that only tell of readiness:
/// for the ring alone.
[[nodiscard]] peer describe_direct();

[[nodiscard]] std::unique_ptr<ring> make_ring(std::vector<socket_pair> sockets);
[[nodiscard]] std::unique_ptr<ring> make_direct_ring(std::vector<socket_pair> sockets);

} // namespace reactor_bench::with_reactor
