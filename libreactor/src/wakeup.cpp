#include "wakeup.hpp"

#include "system.hpp"

#include <cerrno>
#include <system_error>

namespace reactor::detail {

int wakeup::fd() {
    if (watched_)
        return watched_.get();
    system::wake_ends ends;
    const auto made = system::wake_create(ends);
    if (!made.ok())
        throw std::system_error(made.error, std::system_category(), "wake-up descriptor");
    watched_.reset(ends.watched);
    if (ends.signalled != ends.watched)
        signalled_.reset(ends.signalled);
    return watched_.get();
}

void wakeup::renew() noexcept {
    watched_.reset();
    signalled_.reset();
    kqueue_ = -1;
}

void wakeup::signal() const noexcept {
    if (const int set = kqueue_.load(); set >= 0) {
        // The number may be another's once the loop is gone: then this does nothing, or wakes
        // another loop in vain.
        while (system::kqueue_trigger(set).error == EINTR) {}
        return;
    }
    // "Would block" means that it is full of signals: the descriptor is readable, which is all that
    // is wanted.
    const int fd = signalled_ ? signalled_.get() : watched_.get();
    while (system::wake_signal(fd).error == EINTR) {}
}

void wakeup::drain() const noexcept {
    if (!watched_)
        return; // a kqueue's user filter is clear once it was reported
    while (system::wake_drain(watched_.get()).error == EINTR) {}
}

} // namespace reactor::detail
