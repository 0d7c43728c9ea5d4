#include "bench/reactor-bench/cases/accept.hpp"

#include "bench/reactor-bench/cases/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace reactor_bench {

namespace {

std::vector<double> measure(const peer& by, const setting& chosen) {
    auto listening = make_listener();
    // The server gets the socket itself; connecting needs no more than its address.
    const auto address = reactor::unique_fd::duplicate(listening.get());
    accept_log log;
    const auto server = by.make_acceptor(std::move(listening), log);
    meter used;
    const std::uint64_t count = chosen["connects"];
    for (std::uint64_t made = 0; made < count;) {
        std::vector<client> clients;
        for (; clients.size() < chosen["burst"] && made < count; ++made)
            clients.emplace_back(connect_to(address));
        turn_until(*server, used, "accept: a connection or its greeting is lost", [&] {
            return log.failed || std::all_of(clients.begin(), clients.end(), [](client& each) {
                       return each.has(acceptor::greeting);
                   });
        });
        log.failed.rethrow();
        for (const auto& each : clients)
            each.expect_nothing();
        clients.clear();
        turn_until(*server, used, "accept: a connection was not closed",
                   [&] { return log.live == 0 || log.failed; });
        log.failed.rethrow();
    }
    if (log.accepted != count)
        throw std::runtime_error(fmt::format("accept: {} accepted of {}", log.accepted, count));
    return {used.cpu_per(count), 1e9 / used.elapsed_per(count), used.instructions_per(count)};
}

} // namespace

benchmark accept_benchmark() {
    return {
        .name = "accept",
        .about = "Bursts of TCP connections, each accepted, greeted and closed after its peer",
        .parameters = {{.name = "burst",
                        .meaning = "Connections made at once",
                        .values = {256},
                        .most = 4096},
                       {.name = "connects",
                        .meaning = "Connections in all",
                        .values = {4096},
                        .amount = true}},
        .figures = {{.name = "CPU", .unit = "ns/connection"},
                    {.name = "rate", .unit = "connections/s", .more_is_better = true},
                    {.name = "user-space instructions", .unit = "per connection"}},
        .offered = [](const peer& by) { return by.make_acceptor != nullptr; },
        .measure = &measure,
        .instructions_figure = 2,
    };
}

} // namespace reactor_bench
