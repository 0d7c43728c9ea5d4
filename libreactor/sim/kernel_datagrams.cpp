#include "kernel.hpp"

#include <cerrno>
#include <utility>

namespace reactor::sim::detail {

template <class F>
result kernel::with_datagrams(int fd, F&& function) {
    const auto target = descriptors.find(fd);
    if (const auto found = std::dynamic_pointer_cast<datagram_socket>(target))
        return blocked(*found, function(found));
    const bool stream = std::dynamic_pointer_cast<sim_socket>(target) != nullptr;
    return failed(target == nullptr ? EBADF : stream ? EOPNOTSUPP : ENOTSOCK);
}

result kernel::recvfrom(int fd, datagram& into, std::size_t at_most) {
    return with_datagrams(fd, [&](const auto& target) {
        auto one = into;
        one.bytes = one.bytes.first(at_most);
        const auto given = target->receive(one);
        if (given.ok())
            into = one;
        return given;
    });
}

result kernel::sendto(int fd, const datagram& message) {
    return with_datagrams(fd, [&](const auto& target) {
        return datagrams->send(target, {message.bytes.data(), message.bytes.size()}, message.peer);
    });
}

result kernel::recvmmsg(int fd, std::span<datagram> into) {
    return with_datagrams(fd, [&](const auto& target) {
        std::int64_t count = 0;
        for (datagram& each : into) {
            // An error that comes behind a datagram waits for the next call.
            if (count > 0 && target->pending_error() != 0)
                break;
            if (const auto given = target->receive(each); !given.ok())
                return count > 0 ? done(count) : given;
            ++count;
        }
        return done(count);
    });
}

result kernel::sendmmsg(int fd, std::span<const datagram> messages) {
    return with_datagrams(fd, [&](const auto& target) {
        std::int64_t count = 0;
        for (const datagram& each : messages) {
            const auto given =
                datagrams->send(target, {each.bytes.data(), each.bytes.size()}, each.peer);
            if (!given.ok())
                return count > 0 ? done(count) : given;
            ++count;
        }
        return done(count);
    });
}

} // namespace reactor::sim::detail
