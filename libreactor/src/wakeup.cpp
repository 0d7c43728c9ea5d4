#include "wakeup.hpp"

#include "system.hpp"

#include <cerrno>
#include <system_error>

namespace reactor::detail {

wakeup::wakeup() {
    const auto made = system::wake_create();
    if (!made.ok())
        throw std::system_error(made.error, std::system_category(), "wake-up descriptor");
    fd_.reset(static_cast<int>(made.value));
}

void wakeup::signal() const noexcept {
    // "Would block" means that the counter is full: the descriptor is readable, which is all that
    // is wanted.
    while (system::wake_signal(fd_.get()).error == EINTR) {}
}

void wakeup::drain() const noexcept {
    while (system::wake_drain(fd_.get()).error == EINTR) {}
}

} // namespace reactor::detail
