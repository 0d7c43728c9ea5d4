#include "bench/reactor-bench/ring.hpp"

#include "bench/measure/probe.hpp"
#include "bench/reactor-bench/stopwatch.hpp"

#include <fmt/format.h>

#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace reactor_bench {

namespace {

/// Beside the sockets: standard streams, the loop's own, and some that were inherited.
constexpr std::uint64_t spare_descriptors = 24;

std::vector<socket_pair> make_sockets(std::uint32_t pairs) {
    const std::uint64_t needed = std::uint64_t{pairs} * 2 + spare_descriptors;
    if (const auto limit = bench::raise_descriptor_limit(); limit < needed)
        throw std::runtime_error(
            fmt::format("{} pairs need {} descriptors, the limit is {} (see ulimit -Hn)", pairs,
                        needed, limit));
    std::vector<socket_pair> made(pairs);
    for (auto& pair : made) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
            throw std::system_error(errno, std::system_category(), "socketpair");
        pair.reader.reset(ends[0]);
        pair.writer.reset(ends[1]);
    }
    return made;
}

/// Sends the first bytes, evenly spread.
void kick(const std::vector<int>& writers, std::uint32_t active) {
    for (std::uint64_t i = 0; i < active; ++i) {
        const int fd = writers[i * writers.size() / active];
        if (::send(fd, "*", 1, MSG_NOSIGNAL) != 1)
            throw std::system_error(errno, std::system_category(), "send");
    }
}

} // namespace

ring_result run_ring(const ring_options& asked) {
    auto sockets = make_sockets(asked.pairs);
    std::vector<int> writers;
    writers.reserve(sockets.size());
    for (const auto& pair : sockets)
        writers.push_back(pair.writer.get());
    const auto made = asked.loop == loop_kind::reactor
                          ? make_reactor_ring(std::move(sockets), asked.io)
                          : make_epoll_ring(std::move(sockets));
    kick(writers, asked.active);

    ring_result found{.asked = asked, .loop_name = made->loop_name()};
    work_left left{.reads = asked.writes + asked.active, .writes = asked.writes};
    found.events = left.reads;
    const auto waits_before = made->waits();
    const stopwatch watch;
    made->run(left);
    found.elapsed = watch.elapsed();
    found.user_cpu = watch.user_cpu();
    found.system_cpu = watch.system_cpu();
    found.waits = made->waits() - waits_before;
    return found;
}

std::string to_text(const ring_result& found) {
    const auto events = static_cast<double>(found.events);
    const auto per_event = [&](std::chrono::nanoseconds time) {
        return static_cast<double>(time.count()) / events;
    };
    return fmt::format(
        "ring of {} pairs, {} active, {}: {} events in {} waits, {:.1f} a wait\n"
        "CPU {:.0f} ns an event (user {:.0f}, system {:.0f}), elapsed {:.0f} ns an event\n",
        found.asked.pairs, found.asked.active, found.loop_name, found.events, found.waits,
        events / static_cast<double>(found.waits), per_event(found.user_cpu + found.system_cpu),
        per_event(found.user_cpu), per_event(found.system_cpu), per_event(found.elapsed));
}

} // namespace reactor_bench
