#include "system_help.hpp"

// One datagram at a time: recvmsg(2) tells a cut one from a whole one, which recvfrom(2) does not
// everywhere.
namespace reactor::system {

result recvfrom(int fd, datagram& into) noexcept {
    sockaddr_storage from; // NOLINT(cppcoreguidelines-pro-type-member-init): filled in by the call
    iovec piece{into.bytes.data(), into.bytes.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    const auto got = outcome(::recvmsg(fd, &message, 0));
    if (!got.ok())
        return got;
    into.bytes = into.bytes.first(static_cast<std::size_t>(got.value));
    into.peer =
        endpoint::from_native(reinterpret_cast<const sockaddr*>(&from), message.msg_namelen);
    into.truncated = (message.msg_flags & MSG_TRUNC) != 0;
    return got;
}

result sendto(int fd, const datagram& message) noexcept {
    const auto size = message.peer.native_size();
    return outcome(::sendto(fd, message.bytes.data(), message.bytes.size(), send_flags,
                            size > 0 ? message.peer.native() : nullptr, size));
}

} // namespace reactor::system
