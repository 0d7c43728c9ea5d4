#pragma once

#include "connect_race.hpp"
#include "slot_table.hpp"
#include "transport_layer.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace reactor::detail {

/// A channel that is read and written by read(2) and write(2).
struct file_state {
    /// O_NONBLOCK was set by us, and is given back at the end.
    bool nonblocking_is_ours = false;
};

/// What few channels have, beside their slot (`flag::extended`): it lives as long as one opening.
/// The loop looks here only on behalf of channels that carry the flag, so the others pay nothing.
struct channel_extra {
    /// While the channel is on its way to a host by name; it has no descriptor then.
    std::unique_ptr<connect_race> race;
    /// Of a channel over what is no socket.
    std::optional<file_state> file;
    /// The poller refused the descriptor: it counts as ready at all times.
    bool always_ready = false;
    /// Its place among those that do and want something, or no_slot; `class always_ready` keeps it.
    std::uint32_t ready_place = no_slot;
    /// ... and when it does so again, after it found nothing to do.
    std::chrono::nanoseconds ready_again{};
    /// Null unless the channel has a transport.
    std::unique_ptr<transport_layer> layer;
    /// An attempt of another channel's race: no work of the loop, and in nobody's sight.
    bool hidden = false;
};

} // namespace reactor::detail
