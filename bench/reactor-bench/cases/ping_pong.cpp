#include "bench/reactor-bench/cases/ping_pong.hpp"

#include "bench/reactor-bench/meter.hpp"

#include <fmt/format.h>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace reactor_bench {

namespace {

/// No two places near one another look alike.
std::string make_block(std::size_t size) {
    std::string block(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        block[i] = static_cast<char>('0' + (i * 7 + i / 64) % 75);
    return block;
}

std::vector<double> measure(const peer& by, const setting& chosen) {
    const std::uint64_t size = chosen["size"];
    const std::uint64_t blocks = std::max(chosen["blocks"], 2 * chosen["connections"]);
    ping_pong_work work{.block = make_block(size),
                        .left = blocks * size,
                        .positions = std::vector<std::size_t>(2 * chosen["connections"]),
                        .failed = {}};
    std::vector<reactor::unique_fd> ends;
    std::vector<int> beginners;
    for (auto& pair : make_tcp_pairs(chosen["connections"])) {
        beginners.push_back(pair.writer.get());
        ends.push_back(std::move(pair.writer));
        ends.push_back(std::move(pair.reader));
    }
    const auto made = by.make_ping_pong(std::move(ends), work);
    for (const int fd : beginners) {
        if (::send(fd, work.block.data(), size, MSG_NOSIGNAL) != static_cast<ssize_t>(size))
            throw std::system_error(errno, std::system_category(), "send");
    }
    meter used;
    used.start();
    made->run();
    used.stop();
    work.failed.rethrow();
    if (work.left != 0)
        throw std::runtime_error(fmt::format("ping-pong: {} bytes are lost", work.left));
    return {used.cpu_per(blocks), 1e9 / used.elapsed_per(blocks), used.instructions_per(blocks)};
}

} // namespace

bool ping_pong_work::received(std::size_t end, std::string_view data) noexcept {
    std::size_t& at = positions[end];
    if (done())
        return false;
    left -= std::min<std::uint64_t>(left, data.size());
    while (!data.empty()) {
        const auto piece = data.substr(0, block.size() - at);
        if (std::string_view(block).substr(at, piece.size()) != piece) {
            failed.wrong("ping-pong: other bytes than were sent");
            return false;
        }
        at = (at + piece.size()) % block.size();
        data.remove_prefix(piece.size());
    }
    return !done();
}

benchmark ping_pong_benchmark() {
    return {
        .name = "ping-pong",
        .about = "A block to and fro on each TCP connection, both ends in one loop",
        .parameters =
            {{.name = "size",
              .meaning = "Bytes of a block, a line or a message",
              .values = {64, 16384},
              .most = 64 * 1024},
             {.name = "connections", .meaning = "Connections", .values = {1, 100}, .most = 100'000},
             {.name = "blocks",
              .meaning = "Blocks received, by all ends together",
              .values = {20'000},
              .most = 1'000'000'000,
              .amount = true}},
        .figures = {{.name = "CPU", .unit = "ns/block"},
                    {.name = "rate", .unit = "blocks/s", .more_is_better = true},
                    {.name = "user-space instructions", .unit = "per block"}},
        .offered = [](const peer& by) { return by.make_ping_pong != nullptr; },
        .measure = &measure,
        .instructions_figure = 2,
    };
}

} // namespace reactor_bench
