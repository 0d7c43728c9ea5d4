#include "chaos_source.hpp"

#include <algorithm>
#include <cerrno>

namespace reactor::sim::detail {

fault_outcome chaos_source::for_call(call which, std::size_t size) {
    const bool receives = which == call::recv || which == call::recvmmsg || which == call::read;
    const bool sends = which == call::send || which == call::sendmsg || which == call::sendmmsg ||
                       which == call::write;
    const bool moves_one = which == call::recvfrom || which == call::sendto;
    const bool waits = which == call::epoll_wait || which == call::kevent || which == call::poll;
    if (!receives && !sends && !moves_one && !waits && which != call::accept)
        return {};
    if (drawn(what_.interrupts))
        return {.error = EINTR};
    if (!waits && drawn(what_.refusals))
        return {.error = EAGAIN};
    if ((receives && drawn(what_.short_reads)) || (sends && drawn(what_.short_writes)))
        return {.at_most = part_of(size)};
    return {};
}

std::chrono::nanoseconds chaos_source::delay() {
    const auto most = static_cast<std::uint64_t>(what_.most_delay.count());
    return std::chrono::nanoseconds{most == 0 ? 0 : static_cast<std::int64_t>(random_() % most)};
}

/// Small parts are as likely as large ones, whatever the size: buffers are much larger than what is
/// in them.
std::size_t chaos_source::part_of(std::size_t size) {
    const auto bits = random_() % 13;
    const auto part = 1 + static_cast<std::size_t>(random_() % (std::uint64_t{1} << bits));
    return std::min(part, size);
}

/// Draws nothing on a fine day: worlds without chaos stay as they were.
bool chaos_source::drawn(double chance) {
    return chance > 0 && static_cast<double>(random_() >> 11) * 0x1p-53 < chance;
}

} // namespace reactor::sim::detail
