#pragma once

#include <chrono>
#include <csignal>

namespace contest {

/// What a wait throws when the program is told to end; whoever owns something lets go of it on the
/// way.
struct interrupted {
    int signal = 0;
};

/// Holds back the signals that end the program, and those of ending children, so that nothing is
/// left behind: only a wait hears of them.  One object at a time.
class held_signals {
public:
    held_signals();
    /// They work as before.
    ~held_signals();
    held_signals(const held_signals&) = delete;
    held_signals& operator=(const held_signals&) = delete;

    /// Waits until a child ends, at most so long.
    /// @throws interrupted  after SIGINT, SIGTERM or SIGHUP.
    void wait(std::chrono::milliseconds limit) const;
    /// For children: what was held back before.
    [[nodiscard]] const sigset_t& before() const noexcept { return before_; }

private:
    sigset_t held_{};
    sigset_t before_{};
};

} // namespace contest
