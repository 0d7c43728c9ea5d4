#pragma once

#include "chatd/service/inherited_sockets.hpp"
#include "chatd/upgrade/state_format.hpp"

#include <reactor/unique_fd.hpp>

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace chatd {

class logger;
class server;

/// What a server has, as it is handed to the next process.
[[nodiscard]] handed_state state_of(server& live);

/// What the former process left to this one.
class handed_things {
public:
    /// Nothing.
    handed_things() = default;
    /// From this process's environment: the former process became this one by `replace_program`.
    /// Then what that had inherited for other ends is in `inherited` again.
    /// Else out of the service manager's store, what `inherited` has of it.  Descriptors are
    /// close-on-exec from now on.  Whatever is wrong is logged.
    [[nodiscard]] static handed_things of_this_process(inherited_sockets& inherited,
                                                       std::chrono::nanoseconds now, logger& log);

    /// The former process became this one.
    [[nodiscard]] bool in_place() const noexcept { return in_place_; }
    /// They came out of the store.
    [[nodiscard]] bool stored() const noexcept { return stored_; }
    [[nodiscard]] bool adopted() const noexcept { return state_.adopted; }

    /// The listening sockets; once.
    [[nodiscard]] std::vector<reactor::unique_fd> take_listeners() { return std::move(listeners_); }
    /// Lets the sessions go on in `next`, and ends in good order those of which nothing is known;
    /// once.  Logs how many.
    /// @param with_bans  whether bans and mutes come along: no file has told of them.
    void continue_in(server& next, bool with_bans, logger& log);

private:
    struct carrier;
    void take_up(int file, carrier& came, std::chrono::nanoseconds now, logger& log);
    void take_from_predecessor(int file, inherited_sockets& inherited, std::chrono::nanoseconds now,
                               logger& log);
    void take_from_store(inherited_sockets& inherited, std::chrono::nanoseconds now, logger& log);

    bool in_place_ = false;
    bool stored_ = false;
    handed_state state_;
    std::vector<reactor::unique_fd> listeners_;
    std::vector<reactor::unique_fd> strangers_; // connections that no state tells of
};

} // namespace chatd
