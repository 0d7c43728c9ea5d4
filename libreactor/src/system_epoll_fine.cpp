#include "system_help.hpp"

#include <sys/epoll.h>

namespace reactor::system {

result epoll_wait(int set, std::span<epoll_event> events, wait_limit limit) noexcept {
    const auto count = static_cast<int>(events.size());
    // Nanoseconds matter only between none and without limit; kernels before 5.11 lack the call.
    if (limit && limit->count() > 0) {
        const auto time = to_timespec(*limit);
        const auto waited = outcome(::epoll_pwait2(set, events.data(), count, &time, nullptr));
        if (waited.error != ENOSYS)
            return waited;
    }
    return outcome(::epoll_wait(set, events.data(), count, to_milliseconds(limit)));
}

} // namespace reactor::system
