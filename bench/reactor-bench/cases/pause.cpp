#include "bench/measure/probe.hpp"
#include "bench/reactor-bench/cases/client.hpp"
#include "bench/reactor-bench/cases/room.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

namespace reactor_bench {

namespace {

/// The longest turn of a server so far, in CPU time: on a busy machine others take the core away in
/// the middle of a turn, which is not the server's doing.
class longest_turn {
public:
    explicit longest_turn(room& server) : server_(server) {}

    void turn() {
        const auto before = bench::own_cpu();
        server_.turn();
        longest_ = std::max(longest_, bench::own_cpu() - before);
    }
    [[nodiscard]] double ms() const noexcept { return static_cast<double>(longest_.count()) / 1e6; }

private:
    room& server_;
    std::chrono::nanoseconds longest_{};
};

/// One speaks, one never reads and is dropped when much is owed to it: E32 in short, the freeing of
/// a huge queue, and before that the growing of it.
std::vector<double> measure(const peer& by, const setting& chosen) {
    auto pairs = make_tcp_pairs(2);
    client speaker(std::move(pairs[0].writer));
    client stuck(std::move(pairs[1].writer));
    std::vector<reactor::unique_fd> ends;
    ends.reserve(pairs.size());
    for (auto& pair : pairs)
        ends.push_back(std::move(pair.reader));
    const auto server = by.make_room(std::move(ends));
    const std::string message(chosen["size"], '*');
    meter unused;
    const auto say = [&](longest_turn& turns) {
        speaker.begin_again();
        speaker.send(message);
        turn_until(turns, unused, "pause: a message is lost", [&] { return speaker.has(message); });
    };

    longest_turn growing(*server);
    for (std::uint64_t i = 0; i < chosen["messages"]; ++i)
        say(growing);
    if (server->members() != 2)
        throw std::runtime_error("pause: the one who does not read was dropped too soon");

    longest_turn dropping(*server);
    stuck.close();
    turn_until(dropping, unused, "pause: the one who left was not dropped",
               [&] { return server->members() == 1; });
    constexpr int afterwards = 200; // what is freed in slices
    for (int i = 0; i < afterwards; ++i)
        dropping.turn();
    say(dropping);
    return {dropping.ms(), growing.ms()};
}

} // namespace

benchmark pause_benchmark() {
    return {
        .name = "pause",
        .about =
            "The longest turn of a room's loop, while what is owed to a member who never reads "
            "is dropped and while it grows",
        .parameters = {{.name = "size",
                        .meaning = "Bytes of a block, a line or a message",
                        .values = {4096},
                        .least = 8,
                        .most = 64 * 1024},
                       {.name = "messages",
                        .meaning = "Messages that are owed when the member is dropped",
                        .values = {16'384},
                        .amount = true}},
        .figures = {{.name = "dropping", .unit = "ms of CPU"},
                    {.name = "growing", .unit = "ms of CPU"}},
        .offered = [](const peer& by) { return by.make_room != nullptr; },
        .measure = &measure,
    };
}

} // namespace reactor_bench
