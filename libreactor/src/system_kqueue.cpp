#include "system_kqueue_help.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace reactor::system {

result kqueue_create() noexcept {
    const int set = ::kqueue();
    if (set >= 0)
        ::fcntl(set, F_SETFD, FD_CLOEXEC);
    return outcome(set);
}

bool kqueue_knows(kqueue_filter filter) noexcept { return native_filter(filter).has_value(); }

result kevent(int set, std::span<const kqueue_event> changes, std::span<kqueue_event> events,
              wait_limit limit) noexcept {
    using native = struct kevent;
    const auto time = to_timespec(limit.value_or(std::chrono::nanoseconds{0}));
    return converted<native>(
        changes, events, [&](const native* asked, int count, native* given, int room) {
            return ::kevent(set, asked, count, given, room, limit ? &time : nullptr);
        });
}

result kqueue_trigger(int set) noexcept {
    struct kevent trigger {};
#ifdef EVFILT_USER
    trigger.filter = EVFILT_USER;
    trigger.fflags = NOTE_TRIGGER;
#endif
    return outcome(::kevent(set, &trigger, 1, nullptr, 0, nullptr));
}

} // namespace reactor::system
