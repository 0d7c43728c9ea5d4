#pragma once

#include <reactor/fwd.hpp>
#include <reactor/timer.hpp>
#include <reactor/unique_function.hpp>

#include <chrono>
#include <cstddef>

namespace chatd {

class logger;
class server;

/// Gives everything to the service manager's store when this process stops, so that the next one
/// goes on with it.
///
/// Whether the unit restarts or only stops nobody can tell here.  So what is owed is sent first, as
/// far as the peers take it: if there is no next process, the manager ends the connections, and
/// nothing is lost that a stop would have sent.  Loop's thread.
class keeper {
public:
    /// All must outlive it.
    keeper(reactor::loop& owner, server& service, logger& log);

    /// Whether there is a store.
    [[nodiscard]] bool available() const noexcept { return capacity_ > 0; }
    /// Stops accepting and reading, sends what is owed for at most `drain_time` and no longer than
    /// somebody takes some of it, and stores everything.  Sessions for which the store has no room
    /// are ended at once; the room is told.
    /// @param done  comes by the loop; false when the manager could not be reached.
    void start(std::chrono::nanoseconds drain_time, reactor::unique_function<void(bool)> done);

private:
    void look();
    [[nodiscard]] bool store();
    [[nodiscard]] std::size_t room_for_sessions() const;

    reactor::loop& loop_;
    server& service_;
    logger& log_;
    std::size_t capacity_;
    std::size_t closed_ = 0; // sessions that did not fit
    std::size_t last_left_ = 0;
    std::chrono::nanoseconds end_{};
    std::chrono::nanoseconds quiet_end_{};
    reactor::unique_function<void(bool)> done_;
    reactor::timer look_;
};

} // namespace chatd
