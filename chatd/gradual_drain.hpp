#pragma once

#include <reactor/timer.hpp>
#include <reactor/unique_function.hpp>

#include <chrono>
#include <cstdint>

namespace chatd {

class server;

/// Ends all sessions of a server, so many a second, as if each had logged out.
class gradual_drain {
public:
    /// @param done  is called when no session is left that has not been told to end.  `service`
    /// must
    ///              outlive this object.
    gradual_drain(server& service, reactor::unique_function<void()> done);

    /// Stops accepting, and begins; called again, it goes on at another rate.
    /// @param rate  sessions a second, at least 1.
    void start(std::uint32_t rate);
    void cancel() noexcept { tick_.cancel(); }
    [[nodiscard]] bool running() const noexcept { return tick_.pending(); }

private:
    void end_some();

    server& service_;
    reactor::unique_function<void()> done_;
    std::uint32_t rate_ = 0;
    std::uint64_t ended_ = 0; // since `since_`
    std::chrono::nanoseconds since_{};
    reactor::timer tick_;
};

} // namespace chatd
