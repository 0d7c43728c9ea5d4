#include "system_help.hpp"

// Twin of system_datagrams_batch.cpp.  It asks until an error, as that does, but an error behind
// the first datagram is gone then: a receive's is one that a peer caused, and lost like a datagram.
namespace reactor::system {

namespace {

/// @param move  the call for one datagram.
template <class Datagram, class Move>
result move_each(std::span<Datagram> datagrams, Move move) noexcept {
    std::int64_t moved = 0;
    for (auto& each : datagrams.first(std::min(datagrams.size(), datagram_batch_limit))) {
        const auto given = move(each);
        if (!given.ok())
            return moved > 0 ? result{moved, 0} : given;
        ++moved;
    }
    return {moved, 0};
}

} // namespace

result recvmmsg(int fd, std::span<datagram> into) noexcept {
    return move_each(into, [fd](datagram& each) { return recvfrom(fd, each); });
}

result sendmmsg(int fd, std::span<const datagram> messages) noexcept {
    return move_each(messages, [fd](const datagram& each) { return sendto(fd, each); });
}

} // namespace reactor::system
