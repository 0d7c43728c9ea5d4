#pragma once

#include "chatd/saved_server.hpp"
#include "chatd/upgrade/socket_id.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatd {

/// The one format that this program writes and reads.  It changes whenever what is written does.
inline constexpr std::uint32_t state_format = 1;

/// Everything that one process hands to the next, but the descriptors themselves.
struct handed_state {
    saved_server saved;               ///< Its sessions have no descriptors.
    std::vector<socket_id> sessions;  ///< One for each of `saved.sessions`.
    std::vector<socket_id> listeners; ///< Sockets that listen.
    /// Bans and mutes, as a file has them: for when there is no file.
    std::string bans;
    bool adopted = false; ///< They were opened by others, who choose where to listen.
};

/// In bytes: a header with mark, format, size and checksum, and then what `state` has.  Times are
/// written as what is left of them.
/// @param now  of the clock that the saved times are of.
[[nodiscard]] std::string encode_state(const handed_state& state, std::chrono::nanoseconds now);

/// The opposite.  Believes nothing that the bytes say: whatever they are, the result is a state
/// whose parts fit each other, or none.
/// @param now  of the clock that the times are to be of.
/// @param why  says in one phrase what is wrong when there is none.
[[nodiscard]] std::optional<handed_state>
decode_state(std::string_view bytes, std::chrono::nanoseconds now, std::string& why);

} // namespace chatd
