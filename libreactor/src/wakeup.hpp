#pragma once

#include <reactor/unique_fd.hpp>

namespace reactor::detail {

/// Ends a wait of the poller from another thread or a signal handler.
class wakeup {
public:
    /// Throws std::system_error.
    wakeup();
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    /// Safe in any thread and in signal handlers.
    void signal() const noexcept;
    void drain() const noexcept;

private:
    unique_fd fd_;
};

} // namespace reactor::detail
