#include "system_help.hpp"

#include <array>

// Many datagrams with one call.
namespace reactor::system {

namespace {

/// What recvmmsg and sendmmsg take.  Not initialised as a whole: a call for two datagrams pays for
/// two.
struct headers {
    std::array<mmsghdr, datagram_batch_limit> messages;
    std::array<iovec, datagram_batch_limit> pieces;

    msghdr& set(std::size_t index, std::span<char> bytes) noexcept {
        pieces[index] = {bytes.data(), bytes.size()};
        messages[index] = {};
        auto& header = messages[index].msg_hdr;
        header.msg_iov = &pieces[index];
        header.msg_iovlen = 1;
        return header;
    }
};

} // namespace

result recvmmsg(int fd, std::span<datagram> into) noexcept {
    headers asked; // NOLINT(cppcoreguidelines-pro-type-member-init)
    std::array<sockaddr_storage, datagram_batch_limit>
        from; // NOLINT(cppcoreguidelines-pro-type-member-init)
    const auto count = std::min(into.size(), datagram_batch_limit);
    for (std::size_t i = 0; i < count; ++i) {
        auto& header = asked.set(i, into[i].bytes);
        header.msg_name = &from[i];
        header.msg_namelen = sizeof from[i];
    }
    const auto got = outcome(
        ::recvmmsg(fd, asked.messages.data(), static_cast<unsigned int>(count), 0, nullptr));
    for (std::size_t i = 0; static_cast<std::int64_t>(i) < got.value; ++i) {
        const auto& header = asked.messages[i].msg_hdr;
        into[i].bytes = into[i].bytes.first(asked.messages[i].msg_len);
        into[i].peer =
            endpoint::from_native(reinterpret_cast<const sockaddr*>(&from[i]), header.msg_namelen);
        into[i].truncated = (header.msg_flags & MSG_TRUNC) != 0;
    }
    return got;
}

result sendmmsg(int fd, std::span<const datagram> messages) noexcept {
    headers asked; // NOLINT(cppcoreguidelines-pro-type-member-init)
    const auto count = std::min(messages.size(), datagram_batch_limit);
    for (std::size_t i = 0; i < count; ++i) {
        auto& header = asked.set(i, messages[i].bytes);
        if (const auto& to = messages[i].peer; to.native_size() > 0) {
            header.msg_name = const_cast<sockaddr*>(to.native()); // sendmmsg only reads it
            header.msg_namelen = to.native_size();
        }
    }
    return outcome(
        ::sendmmsg(fd, asked.messages.data(), static_cast<unsigned int>(count), send_flags));
}

} // namespace reactor::system
