#include "bench/reactor-bench/cases/lines.hpp"
#include "bench/reactor-bench/cases/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace reactor_bench {

namespace {

/// Numbered lines of `size` bytes with their LF.
std::string make_lines(std::uint64_t count, std::uint64_t size) {
    std::string text;
    for (std::uint64_t i = 0; i < count; ++i)
        text += fmt::format("{:0>{}}\n", i, size - 1);
    return text;
}

std::vector<double> measure(const peer& by, const setting& chosen) {
    const std::string block = make_lines(chosen["lines"], chosen["size"]);
    std::vector<client> clients;
    std::vector<reactor::unique_fd> ends;
    for (auto& pair : make_tcp_pairs(chosen["connections"])) {
        clients.emplace_back(std::move(pair.writer));
        ends.push_back(std::move(pair.reader));
    }
    const auto server = by.make_line_server(std::move(ends));
    meter used;
    for (std::uint64_t i = 0; i < chosen["writes"]; ++i) {
        for (auto& each : clients) {
            each.begin_again();
            each.send(block);
        }
        turn_until(*server, used, "lines: some are lost", [&] {
            return std::all_of(clients.begin(), clients.end(),
                               [&](client& each) { return each.has(block); });
        });
    }
    for (const auto& each : clients)
        each.expect_nothing();
    const std::uint64_t lines = chosen["writes"] * chosen["connections"] * chosen["lines"];
    return {used.cpu_per(lines), 1e9 / used.elapsed_per(lines), used.instructions_per(lines)};
}

std::string complaint(const setting& chosen) {
    if (chosen["lines"] * chosen["size"] <= 64 * 1024)
        return {};
    return fmt::format(
        "--lines {} of --size {} are more than the 64 KiB that a socket surely takes",
        chosen["lines"], chosen["size"]);
}

} // namespace

benchmark lines_benchmark() {
    return {
        .name = "lines",
        .about = "Pipelined lines over TCP, many in one write, each echoed by an answer of its own",
        .parameters =
            {{.name = "lines", .meaning = "Lines in one write", .values = {64}, .most = 10'000},
             {.name = "size",
              .meaning = "Bytes of a block, a line or a message",
              .values = {32},
              .least = 8,
              .most = 64 * 1024},
             {.name = "connections", .meaning = "Connections", .values = {10}, .most = 100'000},
             {.name = "writes",
              .meaning = "Writes by each connection",
              .values = {500},
              .amount = true}},
        .figures = {{.name = "CPU", .unit = "ns/line"},
                    {.name = "rate", .unit = "lines/s", .more_is_better = true},
                    {.name = "user-space instructions", .unit = "per line"}},
        .offered = [](const peer& by) { return by.make_line_server != nullptr; },
        .measure = &measure,
        .complaint = &complaint,
        .instructions_figure = 2,
    };
}

} // namespace reactor_bench
