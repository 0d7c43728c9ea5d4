#pragma once

#include "bench/chatload/plan.hpp"

#include <reactor/endpoint.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace chatload {

/// What one run of the old engine does, checked.
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
    int server_pid = 0;
};

/// `chatload [OPTIONS]`: runs a load, once, repeatedly or at rising rates.  Checked.
struct run_command {
    plan asked;
    std::uint32_t repeat = 1;
    std::optional<std::chrono::nanoseconds> slo; ///< Find the highest rate that holds it.
    std::size_t searched = 0;                    ///< Of the loads: the one whose rate that is.
    bool quiet = false;
    std::string json; ///< File; empty: none.
    std::string html; ///< The same.
};

/// `chatload compare A B`: puts two reports side by side.
struct compare_command {
    std::string before; ///< JSON file.
    std::string after;  ///< The same.
    std::string html;   ///< File; empty: none.
};

/// The command line ends the program: with this status, after printing this (to standard error
/// unless 0).
struct early_exit {
    int status = 0;
    std::string text;
};

using command = std::variant<run_command, compare_command, early_exit>;

/// Reads the command line, and the scenario that it names; status 2 and one line for a wrong one.
[[nodiscard]] command parse_options(int argc, const char* const* argv);

} // namespace chatload
