#include "wakeup.hpp"

#include "system.hpp"

#include <cerrno>
#include <system_error>

namespace reactor::detail {

void wakeup::open() {
    system::wake_ends ends;
    const auto made = system::wake_create(ends);
    if (!made.ok())
        throw std::system_error(made.error, std::system_category(), "wake-up descriptor");
    watched_.reset(ends.watched);
    if (ends.signalled != ends.watched)
        signalled_.reset(ends.signalled);
}

void wakeup::renew() {
    // First: there may be no descriptor left.
    watched_.reset();
    signalled_.reset();
    open();
}

void wakeup::signal() const noexcept {
    // "Would block" means that it is full of signals: the descriptor is readable, which is all that
    // is wanted.
    const int fd = signalled_ ? signalled_.get() : watched_.get();
    while (system::wake_signal(fd).error == EINTR) {}
}

void wakeup::drain() const noexcept {
    while (system::wake_drain(watched_.get()).error == EINTR) {}
}

} // namespace reactor::detail
