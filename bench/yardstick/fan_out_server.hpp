#pragma once

#include "bench/yardstick/shared_log.hpp"

#include <reactor/unique_fd.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace yardstick {

/// The least that a server of one room can do: wait, receive once from whoever is ready, then send
/// each member, with one call, all that it has not got of one shared log.  In a large room it looks
/// between 64 sends for what has been said meanwhile, which goes out by the same calls: fewer are
/// not possible without making somebody wait.  No limits, no checks of names or text, no timeouts;
/// a newcomer's first lines are held as chatd holds them, which saves calls as well. It speaks as
/// much of chatd's protocol as chatload needs.
class fan_out_server {
public:
    /// @param listener  listening and non-blocking.
    explicit fan_out_server(reactor::unique_fd listener);

    /// Serves until `stop` is readable.  Throws std::system_error when a call fails that no peer
    /// can make fail.
    void run(int stop);

private:
    struct connection {
        reactor::unique_fd fd;
        bool in_room = false;
        bool held = false;        // a newcomer that gets no lines yet
        bool full = false;        // the kernel took not all: waits for EPOLLOUT and is not read
        std::uint64_t cursor = 0; // in the room: the first byte of the log that it has not got
        std::string name;
        std::string input;   // lines that wait while it is full, and the start of a line
        std::string answers; // to it alone; they go before the log from `cursor` on
    };
    using clock = std::chrono::steady_clock;
    struct hold {
        clock::time_point until;
        connection* who;
    };
    enum class outcome : std::uint8_t { taken, must_wait, leaves };

    void watch(int fd);
    [[nodiscard]] int time_to_wait() const;
    void accept_all();
    void serve(connection& from, std::uint32_t events);
    bool receive(connection& from);
    bool take_input(connection& from, std::string_view data);
    outcome take_line(connection& from, std::string_view line);
    outcome take_command(connection& from, std::string_view line);
    void enter(connection& newcomer, std::string_view name);
    void drop(connection& gone);
    void release_newcomers();
    void fan_out();
    void end_round();
    bool send_owed(connection& to);
    void wait_for_room(connection& to, bool full) const;

    reactor::unique_fd listener_;
    reactor::unique_fd set_;
    std::vector<std::unique_ptr<connection>> connections_; // by descriptor
    std::vector<connection*> room_;                        // in order of arrival
    std::size_t next_ = 0;                                 // whose turn it is, round and round
    std::size_t due_ = 0;        // how many from there on may lack something
    std::deque<hold> newcomers_; // in order of their time; some may have spoken already
    shared_log log_;
    std::uint64_t fanned_out_ = 0; // the log's end at the last fan-out
    std::array<char, std::size_t{64} * 1024> received_;
};

} // namespace yardstick
