#pragma once

#include "chatd/server.hpp"

namespace support {

/// A log that delivers each entry some milliseconds after it was appended and can never catch up at
/// once, and a name registry that thinks as long about each claim: what storage behind a network
/// would look like.
[[nodiscard]] chatd::server_storage slow_storage() noexcept;

} // namespace support
