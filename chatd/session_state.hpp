#pragma once

#include "chatd/token_bucket.hpp"

#include <reactor/endpoint.hpp>
#include <reactor/unique_fd.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace chatd {

/// A live session as a value: what `session::save` takes out of one server object and
/// `session::restore` puts into another, without its peer noticing.
struct session_state {
    reactor::unique_fd fd;
    reactor::endpoint peer;
    std::string name;        ///< Empty before login.
    std::string input;       ///< Received and not carried out: whole lines and the part of one.
    bool discarding = false; ///< An over-long line is being discarded.
    std::vector<std::string> output; ///< Unsent; no send call may join two pieces.
    token_bucket lines;
    token_bucket bytes;
    std::uint32_t login_bytes = 0; ///< Taken before login.
    /// Before login its deadline; of a held newcomer the end of the hold; else without meaning.
    std::chrono::nanoseconds phase_end{};
    bool greeted_only = true; ///< Nothing has come from the peer yet.
    /// So many bytes at the end of `output`, all of its last piece or none, are the room's stream;
    /// of everybody in a room these are ends of one text.
    std::size_t owed = 0;
    bool held = false;   ///< A newcomer whose share of the stream is held back.
    bool ending = false; ///< Left, or is being closed: only `output` is still owed to it.
};

} // namespace chatd
