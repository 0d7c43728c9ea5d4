#pragma once

#include "bench/reactor-bench/options.hpp"

#include <reactor/unique_fd.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace reactor_bench {

/// One place of the ring: what is written to `writer` is read from `reader`.
struct socket_pair {
    reactor::unique_fd reader;
    reactor::unique_fd writer;
};

/// What is still to be done; both kinds of ring count it down in the same way.
struct work_left {
    std::uint64_t reads = 0;
    std::uint64_t writes = 0;
};

/// A ring of sockets that some loop watches already.
class ring {
public:
    ring() = default;
    virtual ~ring() = default;
    ring(const ring&) = delete;
    ring& operator=(const ring&) = delete;

    /// Passes bytes on until no read is left.  Throws std::system_error when a call fails.
    virtual void run(work_left& left) = 0;
    /// Waits so far.
    [[nodiscard]] virtual std::uint64_t waits() const noexcept = 0;
    [[nodiscard]] virtual std::string loop_name() const = 0;
};

// Each takes the sockets over.
[[nodiscard]] std::unique_ptr<ring> make_reactor_ring(std::vector<socket_pair> sockets, io_kind io);
[[nodiscard]] std::unique_ptr<ring> make_epoll_ring(std::vector<socket_pair> sockets);

/// What a run took, without its set-up.
struct ring_result {
    ring_options asked;
    std::string loop_name;
    std::uint64_t events = 0;
    std::uint64_t waits = 0;
    std::chrono::nanoseconds elapsed{};
    std::chrono::nanoseconds user_cpu{};
    std::chrono::nanoseconds system_cpu{};
};

/// Throws std::system_error, also when the process may not have so many descriptors.
[[nodiscard]] ring_result run_ring(const ring_options& asked);

[[nodiscard]] std::string to_text(const ring_result& found);

} // namespace reactor_bench
