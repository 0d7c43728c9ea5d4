#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace reactor_bench {

/// Who waits for the sockets of the ring.
enum class loop_kind : std::uint8_t {
    reactor, ///< reactor::loop, a dispatcher for each socket
    epoll,   ///< the yardstick: epoll_wait and a switch of nothing
};

/// Who makes the calls that move the bytes.
enum class io_kind : std::uint8_t {
    channel, ///< dispatcher::recv and dispatcher::send
    direct,  ///< the handlers themselves, as with loops that only tell of readiness
};

/// What `reactor-bench ring` does, checked.
struct ring_options {
    std::uint32_t pairs = 1000;
    std::uint32_t active = 100;
    std::uint64_t writes = 1'000'000;
    loop_kind loop = loop_kind::reactor;
    io_kind io = io_kind::channel;
};

/// What `reactor-bench posts` does, checked.
struct posts_options {
    std::uint32_t threads = 1;
    std::uint64_t posts = 1'000'000; ///< Of all threads together.
};

/// The command line ends the program: with this status, after printing this (to standard error
/// unless 0).
struct early_exit {
    int status = 0;
    std::string text;
};

/// Reads the command line; status 2 and one line for a wrong one.
[[nodiscard]] std::variant<ring_options, posts_options, early_exit>
parse_options(int argc, const char* const* argv);

} // namespace reactor_bench
