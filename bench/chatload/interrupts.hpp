#pragma once

#include "bench/chatload/runner.hpp"

#include <csignal>

namespace chatload {

/// Notes SIGINT and SIGTERM while it exists, for the time between two runs: while one runs, it has
/// both signals itself.  One at a time.
class interrupts {
public:
    interrupts();
    ~interrupts();
    interrupts(const interrupts&) = delete;
    interrupts& operator=(const interrupts&) = delete;

    /// Whether one came.
    [[nodiscard]] bool seen() const noexcept;
    /// Does a run.  A signal that came before the run had both itself interrupts it as well.
    /// @param watcher  may be null.
    [[nodiscard]] run_figures run(const plan& asked, run_observer* watcher) const;

private:
    struct sigaction int_before_ {};
    struct sigaction term_before_ {};
};

} // namespace chatload
