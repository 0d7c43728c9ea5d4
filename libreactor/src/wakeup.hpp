#pragma once

#include <reactor/unique_fd.hpp>

namespace reactor::detail {

/// Ends a wait of the poller from another thread or a signal handler.
class wakeup {
public:
    /// Throws std::system_error.
    wakeup() { open(); }
    /// In a forked child, whose parent goes on using the former descriptors.  Throws
    /// std::system_error.
    void renew();
    /// The one that becomes readable.
    [[nodiscard]] int fd() const noexcept { return watched_.get(); }
    /// Safe in any thread and in signal handlers.
    void signal() const noexcept;
    void drain() const noexcept;

private:
    void open();

    unique_fd watched_;
    unique_fd signalled_; // empty when one descriptor is both ends
};

} // namespace reactor::detail
