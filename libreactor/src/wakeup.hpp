#pragma once

#include <reactor/unique_fd.hpp>

#include <atomic>

namespace reactor::detail {

/// Ends a wait of the poller from another thread or a signal handler: by a descriptor that becomes
/// readable, or by the user filter of the loop's kqueue.
class wakeup {
public:
    /// The descriptor, made when the poller first asks for it: before any other thread knows of
    /// this object.  Throws std::system_error.
    [[nodiscard]] int fd();
    /// Signals go to the user filter of this kqueue from now on.  True when they went to another
    /// kqueue before.
    bool use_kqueue(int set) noexcept { return kqueue_.exchange(set) >= 0; }
    /// In a forked child, whose parent goes on using what there was: the poller asks anew.
    void renew() noexcept;
    /// Safe in any thread and in signal handlers.
    void signal() const noexcept;
    void drain() const noexcept;

private:
    unique_fd watched_;
    unique_fd signalled_; // empty when one descriptor is both ends
    std::atomic<int> kqueue_ = -1;
};

} // namespace reactor::detail
