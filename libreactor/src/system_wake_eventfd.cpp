#include "system_help.hpp"

#include <sys/eventfd.h>

namespace reactor::system {

result wake_create(wake_ends& made) noexcept {
    const auto opened = outcome(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    made.watched = made.signalled = static_cast<int>(opened.value);
    return opened;
}

result wake_signal(int signalled) noexcept { return outcome(::eventfd_write(signalled, 1)); }

result wake_drain(int watched) noexcept {
    eventfd_t count = 0;
    return outcome(::eventfd_read(watched, &count));
}

} // namespace reactor::system
