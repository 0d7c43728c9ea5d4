#include "bench/reactor-bench/cases/client.hpp"
#include "bench/reactor-bench/cases/room.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace reactor_bench {

namespace {

std::vector<double> measure(const peer& by, const setting& chosen) {
    std::vector<client> clients;
    std::vector<reactor::unique_fd> ends;
    for (auto& pair : make_tcp_pairs(chosen["members"])) {
        clients.emplace_back(std::move(pair.writer));
        ends.push_back(std::move(pair.reader));
    }
    const auto server = by.make_room(std::move(ends));
    const std::uint64_t lines =
        std::max<std::uint64_t>(chosen["deliveries"] / chosen["members"], 1);
    meter used;
    for (std::uint64_t i = 0; i < lines; ++i) {
        const std::string line = fmt::format("{:0>{}}\n", i, chosen["size"] - 1);
        for (auto& each : clients)
            each.begin_again();
        clients[i % clients.size()].send(line);
        turn_until(*server, used, "fan-out: a line is lost", [&] {
            return std::all_of(clients.begin(), clients.end(),
                               [&](client& each) { return each.has(line); });
        });
    }
    for (const auto& each : clients)
        each.expect_nothing();
    if (server->members() != clients.size())
        throw std::runtime_error("fan-out: a member is lost");
    const std::uint64_t count = lines * chosen["members"];
    return {used.cpu_per(count), 1e9 / used.elapsed_per(count), used.instructions_per(count)};
}

} // namespace

benchmark fan_out_benchmark() {
    return {
        .name = "fan-out",
        .about = "One says a line, all members of a room get it, over TCP",
        .parameters = {{.name = "members",
                        .meaning = "Members of the room",
                        .values = {10, 100, 1000},
                        .most = 100'000},
                       {.name = "size",
                        .meaning = "Bytes of a block, a line or a message",
                        .values = {64},
                        .least = 8,
                        .most = 64 * 1024},
                       {.name = "deliveries",
                        .meaning = "Lines received, by all members together",
                        .values = {50'000},
                        .amount = true}},
        .figures = {{.name = "CPU", .unit = "ns/delivery"},
                    {.name = "rate", .unit = "deliveries/s", .more_is_better = true},
                    {.name = "user-space instructions", .unit = "per delivery"}},
        .offered = [](const peer& by) { return by.make_room != nullptr; },
        .measure = &measure,
        .instructions_figure = 2,
    };
}

} // namespace reactor_bench
