#pragma once

#include "bench/reactor-bench/sockets.hpp"

#include <memory>
#include <string>
#include <vector>

namespace reactor_bench {

class ring;

/// A way of doing without, or a library that does, what the benchmarks ask for: makers of its
/// implementations.  One that is null is not offered.
struct peer {
    std::string name;    ///< As `--loop` names it.
    std::string version; ///< Of the library that is linked.
    std::unique_ptr<ring> (*make_ring)(std::vector<socket_pair> sockets) = nullptr;
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
