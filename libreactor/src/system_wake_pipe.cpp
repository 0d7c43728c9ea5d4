#include "system_help.hpp"

#include <fcntl.h>
#include <unistd.h>

// Twin of system_wake_eventfd.cpp: a pipe to oneself.
namespace reactor::system {

namespace {

bool prepare(int fd) noexcept {
    const int flags = ::fcntl(fd, F_GETFL);
    return flags >= 0 && ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
           ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

} // namespace

result wake_create(wake_ends& made) noexcept {
    int ends[2] = {-1, -1};
    if (::pipe(ends) < 0)
        return outcome(-1);
    if (!prepare(ends[0]) || !prepare(ends[1])) {
        const auto failed = outcome(-1);
        ::close(ends[0]);
        ::close(ends[1]);
        return failed;
    }
    made = {ends[0], ends[1]};
    return {0, 0};
}

// No SIGPIPE: whoever signals holds the reading end as well.
result wake_signal(int signalled) noexcept { return outcome(::write(signalled, "", 1)); }

// What one read leaves is reported again.
result wake_drain(int watched) noexcept {
    char bytes[1024];
    return outcome(::read(watched, bytes, sizeof bytes));
}

} // namespace reactor::system
