#pragma once

#include "chatd/token_bucket.hpp"

#include <reactor/endpoint.hpp>
#include <reactor/unique_fd.hpp>

#include <chrono>
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
    std::uint32_t login_bytes = 0;             ///< Taken before login.
    std::chrono::nanoseconds login_deadline{}; ///< Before login only.
    bool greeted_only = true;                  ///< Nothing has come from the peer yet.
};

} // namespace chatd
