#include "system_kqueue_help.hpp"

#include <fcntl.h>
#include <unistd.h>

// As system_kqueue.cpp, by the call that can be told to look without waiting: a time of zero takes
// macOS many times as long.
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
    using native = struct kevent64_s;
    const auto time = to_timespec(limit.value_or(std::chrono::nanoseconds{0}));
    const bool waits = !limit || limit->count() > 0;
    return converted<native>(
        changes, events, [&](const native* asked, int count, native* given, int room) {
            return ::kevent64(set, asked, count, given, room, waits ? 0U : KEVENT_FLAG_IMMEDIATE,
                              limit ? &time : nullptr);
        });
}

result kqueue_trigger(int set) noexcept {
    struct kevent64_s trigger {};
    trigger.filter = EVFILT_USER;
    trigger.fflags = NOTE_TRIGGER;
    return outcome(::kevent64(set, &trigger, 1, nullptr, 0, KEVENT_FLAG_IMMEDIATE, nullptr));
}

} // namespace reactor::system
