#pragma once

#include <reactor/endpoint.hpp>
#include <reactor/host_port.hpp>
#include <reactor/resolve.hpp>
#include <reactor/timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <system_error>
#include <vector>

namespace reactor::detail {

class connect_attempt;
class loop_core;

/// A channel's way to a host by name: looks it up, then tries its addresses against each other as
/// RFC 8305 ("Happy Eyeballs") has it, until one connection is there.  The channel has no
/// descriptor meanwhile.
///
/// It lives in the channel's `channel_extra`, so ending the channel ends it: the look-up is
/// cancelled and every attempt closed.  Each of its steps may end the channel, and so destroy this
/// object: that comes last in every function here.
class connect_race {
public:
    connect_race(loop_core& core, std::uint32_t runner);
    ~connect_race();
    connect_race(const connect_race&) = delete;
    connect_race& operator=(const connect_race&) = delete;

    void begin(const host_port& target);

    // By attempts.
    void won(connect_attempt& by);
    void lost(std::error_code reason);

private:
    void looked_up(std::error_code ec, const std::vector<endpoint>& addresses);
    /// Starts attempts until one is under way; without any the channel is closed.
    void start_next();
    [[nodiscard]] bool start_one();
    void note(std::error_code reason) noexcept;

    loop_core& core_;
    const std::uint32_t runner_; // the channel
    lookup lookup_;
    timer next_start_;
    std::vector<endpoint> addresses_; // in the order of their attempts
    std::size_t tried_ = 0;
    std::vector<std::unique_ptr<connect_attempt>> attempts_; // those that failed too
    std::size_t under_way_ = 0;
    std::error_code reason_; // the most telling one
};

} // namespace reactor::detail
