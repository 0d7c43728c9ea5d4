#include "poller.hpp"

#include <cerrno>

// Where there is no kqueue.
namespace reactor::detail {

std::unique_ptr<poller> make_kqueue_poller() {
    throw std::system_error(ENOSYS, std::system_category(), "kqueue");
}

} // namespace reactor::detail
