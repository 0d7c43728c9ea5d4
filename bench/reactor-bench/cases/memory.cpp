#include "bench/reactor-bench/cases/client.hpp"
#include "bench/reactor-bench/cases/lines.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace reactor_bench {

namespace {

/// Bytes that the program holds of malloc's, its own and those of C libraries alike.
std::uint64_t heap() noexcept {
    const auto counts = ::mallinfo2();
    return counts.uordblks + counts.hblkhd;
}

/// Another malloc (a sanitizer's) is not counted by that.
bool heap_is_counted() {
    constexpr std::size_t much = 1024 * 1024;
    const auto before = heap();
    const auto block = std::make_unique<char[]>(much);
    *static_cast<volatile char*>(block.get()) = 1; // it must not be optimised away
    return heap() >= before + much;
}

constexpr std::string_view line = "a line that comes back\n";

/// A server over so many connections, each of which has had its line echoed.
class used_server {
public:
    used_server(const peer& by, std::vector<socket_pair> pairs) {
        std::vector<reactor::unique_fd> ends;
        for (auto& pair : pairs) {
            clients_.emplace_back(std::move(pair.writer));
            ends.push_back(std::move(pair.reader));
        }
        const auto before = heap();
        server_ = by.make_line_server(std::move(ends));
        for (auto& each : clients_)
            each.send(line);
        meter unused;
        turn_until(*server_, unused, "memory: a line is lost", [&] {
            return std::all_of(clients_.begin(), clients_.end(),
                               [](client& each) { return each.has(line); });
        });
        for (int i = 0; i < 10; ++i) // whatever is put off until later is done
            server_->turn();
        growth_ = static_cast<double>(heap()) - static_cast<double>(before);
    }

    [[nodiscard]] double growth() const noexcept { return growth_; }

private:
    std::vector<client> clients_;
    std::unique_ptr<line_server> server_;
    double growth_ = 0;
};

/// What the loop itself needs cancels out between a few connections and many.
std::vector<double> measure(const peer& by, const setting& chosen) {
    if (!heap_is_counted())
        return {not_measured};
    constexpr std::uint64_t few = 2;
    const std::uint64_t many = chosen["connections"];
    const double base = used_server(by, make_tcp_pairs(few)).growth();
    const double all = used_server(by, make_tcp_pairs(few + many)).growth();
    return {(all - base) / static_cast<double>(many)};
}

} // namespace

benchmark memory_benchmark() {
    return {
        .name = "memory",
        .about = "The heap's growth (malloc's own count) by idle connections that each had a line "
                 "echoed",
        .parameters =
            {{.name = "connections", .meaning = "Connections", .values = {4000}, .most = 100'000}},
        .figures = {{.name = "heap", .unit = "bytes/channel"}},
        .offered = [](const peer& by) { return by.make_line_server != nullptr; },
        .measure = &measure,
    };
}

} // namespace reactor_bench
