#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/daemon_process.hpp"
#include "support/wire_client.hpp"

namespace support {

/// Clients in every state that a session can be in, who are about to live through a change of
/// processes.
///
/// The constructor brings them there; `check_after` shows that none of them noticed.
class everybody {
public:
    /// What the daemon has to be started with.
    static std::vector<std::string> arguments();

    explicit everybody(const std::string& endpoint);

    /// After the change.
    /// @param endpoint  where the daemon listens now.
    void check_after(const std::string& endpoint);

private:
    void fill_stalled();

    wire_client speaker_;
    wire_client typing_;   // has sent half a line
    wire_client stalled_;  // does not read
    wire_client overlong_; // is in the middle of a line that is too long
    wire_client flooding_; // has said more than its bucket holds
    wire_client silent_;   // has only been greeted
    wire_client halfway_;  // has sent half its login
    wire_client newcomer_; // its share is held back
    std::string said_;     // that nobody but the speaker has read
};

/// Whether the daemon's log has `count` lines with `mark`.
bool has_logged(const daemon_process& daemon, const std::string& mark, std::size_t count);

} // namespace support
