#pragma once

#include <reactor/endpoint.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace chatload {

/// What one run does, checked.
struct options {
    reactor::endpoint server;
    std::uint32_t clients = 100;
    std::uint32_t senders = 1;
    std::uint32_t idle = 0;
    std::uint32_t window =
        64;          ///< Lines a sender may have outstanding; without meaning when `rate` is set.
    double rate = 0; ///< Lines per second of all senders together; 0: closed window.
    std::size_t size = 64; ///< Bytes of a delivered line, name and LF included.
    std::chrono::nanoseconds duration = std::chrono::seconds{10};
    std::chrono::nanoseconds warm_up = std::chrono::seconds{1};
    /// How long without any progress the server may be before a phase is given up.
    std::chrono::nanoseconds patience = std::chrono::seconds{10};
    std::string json; ///< File; empty: none.
    int server_pid = 0;
};

/// The command line ends the program: with this status, after printing this (to standard error
/// unless 0).
struct early_exit {
    int status = 0;
    std::string text;
};

/// Reads the command line; status 2 and one line for a wrong one.
[[nodiscard]] std::variant<options, early_exit> parse_options(int argc, const char* const* argv);

} // namespace chatload
