#include <reactor/unique_fd.hpp>

#include "system.hpp"

namespace reactor {

unique_fd unique_fd::duplicate(int fd) {
    std::error_code ec;
    auto made = duplicate(fd, ec);
    if (ec)
        throw std::system_error(ec, "reactor::unique_fd::duplicate");
    return made;
}

unique_fd unique_fd::duplicate(int fd, std::error_code& ec) noexcept {
    const auto made = system::duplicate(fd);
    ec = {made.error, std::system_category()};
    return unique_fd{static_cast<int>(made.value)};
}

void unique_fd::reset(int fd) noexcept {
    const int former = std::exchange(fd_, fd);
    if (former >= 0)
        system::close(former);
}

} // namespace reactor
