#include "system_help.hpp"

// Twin of system_unsent_option.cpp.
namespace reactor::system {

result limit_unsent(int fd, int bytes) noexcept {
    return outcome(::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes));
}

} // namespace reactor::system
