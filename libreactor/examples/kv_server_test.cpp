// Tests the key-value server, unchanged, over a simulated system: hundreds of bad days in a second.
//
//     kv_server_test              days 1 to 200; the first that fails is told, with its seed
//     REACTOR_SIM_SEED=17 kv_server_test   that day alone, again and again the same
//     kv_server_test --fine       small days on which nothing goes wrong
#include "kv_server.hpp"

#include <reactor/sim/world.hpp>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
namespace sim = reactor::sim;

/// A client that says everything at once and compares what it is answered in the end.
struct client {
    sim::peer peer;
    std::string commands;
    std::string expected;
};

/// Random commands, and the answers that the protocol demands.  Each client has keys of its own.
client make_client(std::mt19937_64& random, int number, std::size_t longest) {
    client made;
    kv::store model;
    const auto count = random() % 200;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto key = "key" + std::to_string(number) + '.' + std::to_string(random() % 4);
        const auto text = std::string(random() % longest, 'a') + std::to_string(i);
        switch (random() % 4) {
        case 0:
            made.commands.append("SET ").append(key).append(" ").append(text).append("\r\n");
            made.expected += "OK\n";
            model[key] = text;
            break;
        case 1:
            made.commands += "DEL " + key + '\n';
            made.expected += model.erase(key) != 0 ? "OK\n" : "NONE\n";
            break;
        default:
            made.commands += "GET " + key + '\n';
            made.expected += model.contains(key) ? "VALUE " + model[key] + '\n' : "NONE\n";
        }
    }
    return made;
}

/// Sends all that a client has to say, and ends its side; some do not read for a while.
void speak(sim::world& world, client& who, std::mt19937_64& random, bool fine) {
    if (!fine && random() % 2 == 0) {
        who.peer.stop_reading();
        world.after(std::chrono::milliseconds(random() % 1000),
                    [&who] { who.peer.resume_reading(); });
    }
    if (random() % 2 == 0) {
        who.commands += "QUIT\n";
        who.expected += "BYE\n";
    }
    who.peer.send(who.commands);
    who.peer.half_close();
}

/// One day; gives what went wrong, or nothing.
std::string play(std::uint64_t seed, bool fine) {
    sim::world world(seed);
    if (!fine) {
        world.set_chaos({});
        world.set_send_capacity(8 * 1024);
        world.set_receive_capacity(8 * 1024);
    }
    world.on_problem([](std::string_view) {}); // looked at in the end
    reactor::loop loop;
    kv::server server(loop, reactor::endpoint::loopback_v4(7778));
    std::mt19937_64 random(seed);
    std::vector<client> clients;
    clients.reserve(4);
    for (int i = 0; i < 4; ++i)
        clients.push_back(make_client(random, i, fine ? 100 : 2000));
    for (auto& who : clients) {
        who.peer = world.connect(server.local_address());
        speak(world, who, random, fine);
    }
    const bool ended = world.run_until(
        loop,
        [&] {
            for (const auto& who : clients)
                if (!who.peer.ended() && !who.peer.was_reset())
                    return false;
            return true;
        },
        1min);
    if (!world.problems().empty())
        return world.problems().front();
    if (!ended)
        return "a client waits in vain for the end";
    for (const auto& who : clients)
        if (who.peer.received() != who.expected)
            return "a client got " + std::to_string(who.peer.received().size()) + " bytes of " +
                   std::to_string(who.expected.size());
    return {};
}

/// Five minutes pass in no time.
bool idle_clients_are_sent_away() {
    sim::world world;
    reactor::loop loop;
    kv::server server(loop, reactor::endpoint::loopback_v4(7778));
    auto client = world.connect(server.local_address());
    world.run_for(loop, kv::idle_limit - 1s);
    const bool stayed = !client.ended();
    world.run_for(loop, 2s);
    return stayed && client.received() == "BYE\n" && client.ended();
}

} // namespace

int main(int argc, char** argv) {
    const bool fine = argc > 1 && std::string_view(argv[1]) == "--fine";
    const auto seeds = sim::world::seeds(200);
    for (const auto seed : seeds) {
        const auto wrong = play(seed, fine);
        if (wrong.empty())
            continue;
        std::printf("%s\nREACTOR_SIM_SEED=%llu plays this day again\n", wrong.c_str(),
                    static_cast<unsigned long long>(seed));
        return 1;
    }
    if (!idle_clients_are_sent_away()) {
        std::puts("an idle client was not sent away in time");
        return 1;
    }
    std::printf("%zu days passed\n", seeds.size());
}
