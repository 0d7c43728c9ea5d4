#include <reactor/unique_fd.hpp>

#include "system.hpp"

namespace reactor {

void unique_fd::reset(int fd) noexcept {
    const int former = std::exchange(fd_, fd);
    if (former >= 0)
        system::close(former);
}

} // namespace reactor
