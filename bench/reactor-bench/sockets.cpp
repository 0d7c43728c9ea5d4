#include "bench/reactor-bench/sockets.hpp"

#include "bench/measure/probe.hpp"

#include <fmt/format.h>

#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace reactor_bench {

namespace {

/// Beside the sockets: standard streams, the loop's own, and some that were inherited.
constexpr std::uint64_t spare_descriptors = 32;

/// Makes sure before anything is opened that so many pairs can be.
void reserve_descriptors(std::uint64_t pairs) {
    const std::uint64_t needed = pairs * 2 + spare_descriptors;
    if (const auto limit = bench::raise_descriptor_limit(); limit < needed)
        throw std::runtime_error(
            fmt::format("{} pairs of sockets need {} descriptors, the limit is {} (see ulimit -Hn)",
                        pairs, needed, limit));
}

} // namespace

std::vector<socket_pair> make_unix_pairs(std::uint64_t count) {
    reserve_descriptors(count);
    std::vector<socket_pair> made(count);
    for (auto& pair : made) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
            throw std::system_error(errno, std::system_category(), "socketpair");
        pair.reader.reset(ends[0]);
        pair.writer.reset(ends[1]);
    }
    return made;
}

} // namespace reactor_bench
