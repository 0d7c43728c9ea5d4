#include "bench/reactor-bench/cases/ring.hpp"

#include "bench/reactor-bench/meter.hpp"

#include <fmt/format.h>

#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace reactor_bench {

namespace {

/// Sends the first bytes, evenly spread.
void kick(const std::vector<int>& writers, std::uint64_t active) {
    for (std::uint64_t i = 0; i < active; ++i) {
        const int fd = writers[i * writers.size() / active];
        if (::send(fd, &ring_work::byte, 1, MSG_NOSIGNAL) != 1)
            throw std::system_error(errno, std::system_category(), "send");
    }
}

/// Every byte was counted; there must be no other.
void check_empty(const std::vector<int>& readers) {
    for (const int fd : readers) {
        char byte = 0;
        if (::recv(fd, &byte, 1, MSG_PEEK) != -1 || errno != EAGAIN)
            throw std::runtime_error("ring: a byte is left over");
    }
}

std::vector<double> measure(const peer& by, const setting& chosen) {
    auto sockets = make_unix_pairs(chosen["pairs"]);
    std::vector<int> readers;
    std::vector<int> writers;
    for (const auto& pair : sockets) {
        readers.push_back(pair.reader.get());
        writers.push_back(pair.writer.get());
    }
    const auto made = by.make_ring(std::move(sockets));
    kick(writers, chosen["active"]);
    const std::uint64_t events = chosen["writes"] + chosen["active"];
    ring_work work{.reads = events, .writes = chosen["writes"], .failed = {}};

    meter used;
    used.start();
    made->run(work);
    used.stop();
    work.failed.rethrow();
    if (work.reads != 0)
        throw std::runtime_error(fmt::format("ring: {} of {} bytes are lost", work.reads, events));
    check_empty(readers);
    return {used.cpu_per(events), 1e9 / used.elapsed_per(events), used.instructions_per(events)};
}

std::string complaint(const setting& chosen) {
    if (chosen["active"] <= chosen["pairs"])
        return {};
    return fmt::format("--active: {} is more than the {} pairs", chosen["active"], chosen["pairs"]);
}

} // namespace

benchmark ring_benchmark() {
    constexpr std::uint64_t most_pairs = 500'000;
    return {
        .name = "ring",
        .about = "Bytes passed round a ring of socket pairs; an event is one read and one write",
        .parameters =
            {{.name = "pairs", .meaning = "Socket pairs", .values = {1000}, .most = most_pairs},
             {.name = "active",
              .meaning = "Bytes under way at a time",
              .values = {100},
              .most = most_pairs},
             {.name = "writes",
              .meaning = "Times that a byte is passed on, in all",
              .values = {200'000},
              .least = 0,
              .most = 1'000'000'000'000,
              .amount = true}},
        .figures = {{.name = "CPU", .unit = "ns/event"},
                    {.name = "rate", .unit = "events/s", .more_is_better = true},
                    {.name = "user-space instructions", .unit = "per event"}},
        .offered = [](const peer& by) { return by.make_ring != nullptr; },
        .measure = &measure,
        .complaint = &complaint,
        .instructions_figure = 2,
        .counted_amount = "writes",
    };
}

} // namespace reactor_bench
