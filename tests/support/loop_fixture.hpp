#pragma once

#include <reactor/counters.hpp>
#include <reactor/loop.hpp>
#include <reactor/loop_options.hpp>

#include "support/scripted_peer.hpp"
#include "support/socket_pair.hpp"
#include "support/wait_until.hpp"

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// A loop under test, in audit mode, with a journal of what happened.
///
/// When the test ends the audit must have found nothing.
class loop_fixture {
public:
    explicit loop_fixture(reactor::loop_options options = {});
    ~loop_fixture();
    loop_fixture(const loop_fixture&) = delete;
    loop_fixture& operator=(const loop_fixture&) = delete;

    /// Iterates, and pumps the `peers`, until `holds()`; asked before each iteration.
    /// @param what  the condition in words.
    /// @throws failure after `patience`, with what was seen last.
    void run_until(std::string_view what, const std::function<bool()>& holds,
                   source_line at = source_line::here());
    /// As many iterations without waiting.
    void iterate(int count = 1);
    /// Sends `piece` and iterates until the loop has received it: it makes one receive of its own.
    void deliver(scripted_peer& peer, std::string_view piece, source_line at = source_line::here());
    /// Goes through the kernel and back, so that what was on its way before has been dispatched.
    void fence();

    void note(std::string event) { journal.push_back(std::move(event)); }
    /// Pumped by `run_until`, `iterate` and `fence`; must outlive them.
    void pump(std::initializer_list<scripted_peer*> with) { peers_.assign(with); }
    void also_pump(scripted_peer& peer) { peers_.push_back(&peer); }

    const reactor::counters& counters() const noexcept { return loop.counters(); }

    reactor::loop loop;
    std::vector<std::string> journal;

private:
    void pump_all();
    std::string last_seen() const;

    std::vector<scripted_peer*> peers_;
};

} // namespace support
