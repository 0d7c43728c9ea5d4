#pragma once

#include "chatd/log.hpp"
#include "chatd/server.hpp"

#include <reactor/loop.hpp>
#include <reactor/sim/world.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace scripted {

/// The daemon's own classes over the simulated system, with members that do as they are told: the
/// same calls in the same order each time, whatever the machine and its clock do meanwhile.
class scripted_room {
public:
    /// Logs so many members in.
    explicit scripted_room(std::size_t members);

    /// One member says so many lines at once, `line_bytes` each as delivered, and all members get
    /// them.  Throws std::runtime_error when one does not get all.
    void say(std::size_t lines);
    /// Somebody connects, logs in, logs out and is gone.  Throws as `say`.
    void visit();

    static constexpr std::size_t line_bytes = 64;

private:
    void log_in(reactor::sim::peer& newcomer, const std::string& name);

    reactor::sim::world world_; // first: the loop makes its first calls when it is made
    reactor::loop loop_;
    chatd::logger quiet_;
    chatd::server server_;
    std::vector<reactor::sim::peer> members_;
    std::uint64_t visits_ = 0;
};

} // namespace scripted
