#pragma once

#include "bench/contest/child.hpp"
#include "bench/contest/contender.hpp"
#include "bench/contest/held_signals.hpp"
#include "bench/contest/private_dir.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace contest {

/// A server of our own, with a configuration, a directory and a port of its own.  It ends with this
/// object.
class running_server {
public:
    /// Returns when it takes connections.
    /// @param core  the one that it may use.
    /// @throws std::runtime_error  with one line: why it does not run.
    running_server(const contender& what, std::optional<unsigned> core,
                   const held_signals& signals);

    [[nodiscard]] pid_t pid() const noexcept { return process_.pid(); }
    [[nodiscard]] std::string address() const;
    [[nodiscard]] bool ended() { return process_.ended(); }
    /// How it ended, for people.
    [[nodiscard]] std::string last_words() const { return process_.last_words(); }

    /// Asks it to end and waits for that.
    /// @return  the last line that it said.
    /// @throws std::runtime_error  when it does not.
    std::string end();

private:
    void await_connections(const std::string& name);

    const held_signals& signals_;
    private_dir directory_;
    std::uint16_t port_;
    child process_;
};

} // namespace contest
