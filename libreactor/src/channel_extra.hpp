#pragma once

#include "connect_race.hpp"

#include <memory>

namespace reactor::detail {

/// What few channels have, beside their slot (`flag::extended`): it lives as long as one opening.
/// The loop looks here only on behalf of channels that carry the flag, so the others pay nothing.
struct channel_extra {
    /// While the channel is on its way to a host by name; it has no descriptor then.
    std::unique_ptr<connect_race> race;
    /// An attempt of another channel's race: no work of the loop, and in nobody's sight.
    bool hidden = false;
};

} // namespace reactor::detail
