#pragma once

#include <reactor/flight_recorder.hpp>

#include <csignal>

namespace chatd {

/// While it lives, an abort (the service manager's watchdog sends SIGABRT to a loop that hangs)
/// writes the flight recorder to standard error first; then the process ends as it would have, with
/// a core file where those are kept.
///
/// One for each process at a time: a signal handler has no other way to know its recorder.
class abort_dump {
public:
    /// @param recorder  of the loop that this thread runs; must outlive this.
    explicit abort_dump(const reactor::flight_recorder& recorder) noexcept;
    /// Restores what was.
    ~abort_dump();
    abort_dump(const abort_dump&) = delete;
    abort_dump& operator=(const abort_dump&) = delete;

private:
    struct sigaction former_ {};
};

} // namespace chatd
