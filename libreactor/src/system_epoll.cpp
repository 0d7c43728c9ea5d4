#include "system_help.hpp"

#include <sys/epoll.h>

namespace reactor::system {

result epoll_create() noexcept { return outcome(::epoll_create1(EPOLL_CLOEXEC)); }

result epoll_ctl(int set, int operation, int fd, epoll_event* event) noexcept {
    return outcome(::epoll_ctl(set, operation, fd, event));
}

} // namespace reactor::system
