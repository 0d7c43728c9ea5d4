#pragma once

#include "bench/measure/clock.hpp"
#include "bench/reactor-bench/meter.hpp"
#include "bench/reactor-bench/sockets.hpp"

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string_view>

namespace reactor_bench {

/// The far end of a server's connection, by system calls alone.
class client {
public:
    explicit client(reactor::unique_fd socket) noexcept : socket_(std::move(socket)) {}

    /// Throws std::system_error when not all of it goes at once.
    void send(std::string_view data);
    /// Reads what has come of `expected`; whether that is all of it.
    /// Throws std::runtime_error when anything else comes, more, or the end.
    [[nodiscard]] bool has(std::string_view expected);
    /// The next `has` expects the beginning again.
    void begin_again() noexcept { got_ = 0; }
    /// Throws std::runtime_error when anything has come.
    void expect_nothing() const;
    /// Closes it, with a reset.
    void close() noexcept { socket_.reset(); }

private:
    reactor::unique_fd socket_;
    std::size_t got_ = 0; // of what is expected
};

/// Gives `server` turns, which are measured, until `done()`.  Throws std::runtime_error with `lost`
/// when that takes too long for anything but a loss.
template <class Server, class Done>
void turn_until(Server& server, meter& used, const char* lost, Done done,
                std::chrono::nanoseconds patience = std::chrono::seconds{20}) {
    const auto limit = bench::monotonic_now() + patience;
    while (!done()) {
        used.start();
        server.turn();
        used.stop();
        if (bench::monotonic_now() > limit)
            throw std::runtime_error(lost);
    }
}

} // namespace reactor_bench
