#pragma once

#include "poller.hpp"

#include <reactor/io_result.hpp>
#include <reactor/transport.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <utility>

struct iovec;

namespace reactor::detail {

struct slot;
class loop_core;

/// How far the end of the sending side has come.
enum class shut : std::uint8_t {
    done,
    later, ///< the transport needs another turn, and the channel's `end_output_step` comes then
    failed,
};

/// What lies between a channel's calls and its socket: a transport, and what it was waiting for
/// when it was called last.  It belongs to one opening of one channel; `index` is that channel's.
class transport_layer {
public:
    /// @param connected  the connection stands already.  A deadline is the channel's own then, and
    ///                   the transport begins with the next report of the socket.
    transport_layer(std::unique_ptr<transport> is, bool connected) noexcept
        : is_(std::move(is)), at_(connected ? stage::starting : stage::waiting),
          keeps_deadline_(connected) {}

    /// The socket is connected: begins, or goes on beginning.
    void start(loop_core& core, std::uint32_t index) noexcept;
    [[nodiscard]] io_result receive(loop_core& core, std::uint32_t index,
                                    std::span<char> buffer) noexcept;
    [[nodiscard]] io_result send(loop_core& core, std::uint32_t index,
                                 std::span<const iovec> pieces) noexcept;
    /// Ends its sending side, all output having been given to it.
    [[nodiscard]] shut end_output(loop_core& core, std::uint32_t index) noexcept;
    /// The socket is ready.  True when the turn is traffic's, and then the report tells of what the
    /// channel is ready for.
    [[nodiscard]] bool serve(loop_core& core, std::uint32_t index, readiness& report);

    /// @param plain  what the channel would want of its socket, were it its own.
    [[nodiscard]] interest wanted(const slot& s, interest plain) const noexcept;
    /// It has input that the socket will not tell of.
    [[nodiscard]] bool holds_input() const noexcept { return holds_input_; }
    /// It took bytes that have not reached the socket.
    [[nodiscard]] bool owes_output() const noexcept { return owes_output_; }
    /// While it begins, the deadline is the channel's own, not that of a connect.
    [[nodiscard]] bool keeps_deadline() const noexcept { return keeps_deadline_; }

private:
    enum class stage : std::uint8_t {
        waiting,  ///< for the socket to be connected
        starting, ///< `start` goes on; the channel counts as connecting
        open,
        shutting, ///< `shutdown_some` goes on; what comes in is received as before
        shut,
    };

    [[nodiscard]] bool has_begun() const noexcept {
        return at_ != stage::waiting && at_ != stage::starting;
    }
    [[nodiscard]] readiness seen_through(loop_core& core, std::uint32_t index,
                                         const readiness& report) noexcept;
    [[nodiscard]] bool pay_output(loop_core& core, std::uint32_t index) noexcept;

    std::unique_ptr<transport> is_;
    stage at_;
    io_want to_start_ = io_want::none;
    io_want to_receive_ = io_want::none;
    io_want to_send_ = io_want::none;
    io_want to_shut_ = io_want::none;
    bool holds_input_ = false;
    bool owes_output_ = false;
    bool keeps_deadline_;
};

} // namespace reactor::detail
