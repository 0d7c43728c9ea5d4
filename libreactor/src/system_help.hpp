#pragma once

#include "system.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <ctime>

// What the files of real system calls share.  A call that not every system has stands in a file of
// its own with a twin beside it; `cmake/system_calls.cmake` chooses.
namespace reactor::system {

inline result outcome(std::int64_t value) noexcept {
    return value < 0 ? result{-1, errno} : result{value, 0};
}

inline timespec to_timespec(std::chrono::nanoseconds time) noexcept {
    time = std::max(time, std::chrono::nanoseconds{0});
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return {static_cast<time_t>(seconds.count()), static_cast<long>((time - seconds).count())};
}

/// Rounded up: rounding down would wake early and spin until the deadline.
inline int to_milliseconds(const wait_limit& limit) noexcept {
    if (!limit)
        return -1;
    const auto up =
        std::chrono::ceil<std::chrono::milliseconds>(std::max(*limit, std::chrono::nanoseconds{0}));
    return static_cast<int>(std::min<std::int64_t>(up.count(), INT_MAX));
}

// A send to nobody gives EPIPE and no SIGPIPE: asked of each send, or once of each socket where
// there is no such flag.
#ifdef MSG_NOSIGNAL
inline constexpr int send_flags = MSG_NOSIGNAL;
inline void forbid_sigpipe(int) noexcept {}
#else
inline constexpr int send_flags = 0;
inline void forbid_sigpipe(int fd) noexcept {
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on); // refused for what is no socket
}
#endif

} // namespace reactor::system
