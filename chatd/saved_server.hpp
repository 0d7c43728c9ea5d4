#pragma once

#include "chatd/session_state.hpp"
#include "chatd/token_bucket.hpp"

#include <string>
#include <vector>

namespace chatd {

/// What a server object has that another one, also of another process, goes on with.
struct saved_server {
    /// Those in the room first, in the order in which they came.
    std::vector<session_state> sessions;
    /// What was said last in the room, as much as the slowest of its members is owed: each is owed
    /// the last `session_state::owed` bytes of it.
    std::string stream;
    token_bucket room; ///< What the room has said lately.
};

} // namespace chatd
