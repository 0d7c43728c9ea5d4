#pragma once

#include <reactor/endpoint.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace chatload {

/// What the clients of one load do.
enum class workload : std::uint8_t {
    fan_out, ///< All in one room, some of them say lines.
    rooms,   ///< The same in several rooms.
    ping,    ///< Each asks and is answered; nobody else hears of it.
    churn,   ///< Clients come at a rate: connect, log in, say a line, log out.
    idle,    ///< Connections that are held and do nothing.
    stalled, ///< Fan-out where a share of the readers stops reading when measuring begins.
    storm,   ///< All connect and log in at once when measuring begins.
};

inline constexpr std::size_t workload_count = 7;

/// One part of what a server is put to; a run does all its loads at the same time.
struct load {
    std::string name; ///< Of its section in the scenario; of the workload else.  Unique in a plan.
    workload kind = workload::fan_out;
    /// Per room for `rooms`; of `churn` those that visit at the same time, at most; in all for
    /// every other kind.
    std::uint32_t clients = 100;
    std::uint32_t rooms = 1;   ///< Of `rooms` only.
    std::uint32_t senders = 1; ///< Per room.
    std::uint32_t window = 64; ///< Closed loop: lines or questions without their answer.
    double rate =
        0; ///< Open loop, when > 0: lines, questions or visits a second of the whole load.
    double share = 0.1;     ///< Of the clients that stop reading (`stalled` only).
    bool logged_in = false; ///< Of `idle` only: whether they log in.
};

/// All that one run is asked to do.
struct plan {
    reactor::endpoint server;
    std::string protocol = "chatd";
    std::vector<load> loads;
    std::size_t size = 64; ///< Bytes of a delivered text line: `NAME: TEXT` and its LF.
    std::chrono::nanoseconds duration = std::chrono::seconds{10};
    std::chrono::nanoseconds warm_up = std::chrono::seconds{1};
    std::chrono::nanoseconds patience = std::chrono::seconds{10};
    std::uint32_t threads = 1; ///< Each has a loop and its share of the clients.
    std::vector<std::string>
        sources;        ///< Numeric addresses to connect from; empty: the system's choice.
    int server_pid = 0; ///< 0: not known.
};

[[nodiscard]] const char* to_string(workload kind) noexcept;

} // namespace chatload
