#pragma once

#include "bench/reactor-bench/sockets.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace reactor_bench {

class acceptor;
class line_server;
class ping_pong;
class post_target;
class ring;
class room;
class timer_set;
struct accept_log;
struct ping_pong_work;
struct post_log;
struct timer_log;

/// A way of doing without, or a library that does, what the benchmarks ask for: makers of its
/// implementations.  One that is null is not offered.
struct peer {
    std::string name;    ///< As `--loop` names it.
    std::string version; ///< Of the library that is linked.
    std::unique_ptr<ring> (*make_ring)(std::vector<socket_pair> sockets) = nullptr;
    std::unique_ptr<ping_pong> (*make_ping_pong)(std::vector<reactor::unique_fd> ends,
                                                 ping_pong_work& work) = nullptr;
    std::unique_ptr<line_server> (*make_line_server)(std::vector<reactor::unique_fd> connections) =
        nullptr;
    std::unique_ptr<room> (*make_room)(std::vector<reactor::unique_fd> members) = nullptr;
    std::unique_ptr<acceptor> (*make_acceptor)(reactor::unique_fd listener,
                                               accept_log& log) = nullptr;
    std::unique_ptr<timer_set> (*make_timers)(std::size_t count, timer_log& log) = nullptr;
    std::unique_ptr<post_target> (*make_post_target)(post_log& log) = nullptr;
};

/// A peer that this build has not, and the Debian package that it needs.
struct missing_peer {
    std::string name;
    std::string package;
};

/// Those that this build has; the first is raw epoll, which the others are compared to.
[[nodiscard]] const std::vector<peer>& peers();
[[nodiscard]] const std::vector<missing_peer>& missing_peers();

} // namespace reactor_bench
