#pragma once

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

private:
    struct sigaction int_before_ {};
    struct sigaction term_before_ {};
};

} // namespace chatload
