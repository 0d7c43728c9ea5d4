#include "system_help.hpp"

#include <sys/epoll.h>

// Twin of system_epoll_fine.cpp.
namespace reactor::system {

result epoll_wait(int set, std::span<epoll_event> events, wait_limit limit) noexcept {
    return outcome(
        ::epoll_wait(set, events.data(), static_cast<int>(events.size()), to_milliseconds(limit)));
}

} // namespace reactor::system
