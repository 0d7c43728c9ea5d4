#pragma once

#include "bench/reactor-bench/benchmark.hpp"

namespace reactor_bench {

/// A server that answers each line (ended by LF) with itself, over connections that stand already.
/// Each answer goes by itself to whatever the peer has for output; a peer that has nothing which
/// would join answers joins those to one read by hand, as a good program does.
class line_server {
public:
    line_server() = default;
    virtual ~line_server() = default;
    line_server(const line_server&) = delete;
    line_server& operator=(const line_server&) = delete;

    /// Handles what is ready, without waiting.
    virtual void turn() = 0;
};

[[nodiscard]] benchmark lines_benchmark();

/// What an idle connection of such a server holds, after one line.
[[nodiscard]] benchmark memory_benchmark();

} // namespace reactor_bench
