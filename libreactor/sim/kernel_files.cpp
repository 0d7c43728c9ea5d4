#include "kernel.hpp"
#include "pieces.hpp"
#include "sim_file.hpp"

#include <cerrno>

namespace reactor::sim::detail {

result kernel::duplicate(int fd) {
    auto target = descriptors.find(fd);
    return target == nullptr ? failed(EBADF) : descriptors.open(std::move(target));
}

result kernel::read(int fd, std::span<char> buffer) {
    const auto target = descriptors.find(fd);
    if (target == nullptr)
        return failed(EBADF);
    const auto file = std::dynamic_pointer_cast<sim_file>(target);
    return file == nullptr ? recv(fd, buffer, 0) : blocked(*file, file->read(buffer));
}

result kernel::write(int fd, std::span<const iovec> pieces, std::size_t at_most) {
    const auto target = descriptors.find(fd);
    if (target == nullptr)
        return failed(EBADF);
    const auto file = std::dynamic_pointer_cast<sim_file>(target);
    return file == nullptr ? sendmsg(fd, pieces, at_most)
                           : blocked(*file, file->write(joined(pieces, at_most)));
}

} // namespace reactor::sim::detail
