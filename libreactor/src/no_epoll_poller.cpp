#include "poller.hpp"

#include <cerrno>

// Where there is no epoll.
namespace reactor::detail {

bool has_epoll() noexcept { return false; }

std::unique_ptr<poller> make_epoll_poller() {
    throw std::system_error(ENOSYS, std::system_category(), "epoll");
}

} // namespace reactor::detail
