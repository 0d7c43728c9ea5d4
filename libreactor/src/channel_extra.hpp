#pragma once

namespace reactor::detail {

/// What few channels have, beside their slot (`flag::extended`): it lives as long as one opening.
/// The loop looks here only on behalf of channels that carry the flag, so the others pay nothing.
struct channel_extra {};

} // namespace reactor::detail
