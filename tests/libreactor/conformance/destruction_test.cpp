// Channels that end their own life, or another's, in every handler (E39, E1).
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

TEST_CASE("a channel that replaces itself in its own handler is served on", "[destruction][E39]") {
    loop_fixture f;
    auto first = make_socket_pair(AF_UNIX);
    auto second = make_socket_pair(AF_UNIX);
    scripted_peer peer(std::move(first.theirs));
    scripted_peer next_peer(std::move(second.theirs));
    auto channel = std::make_unique<hooked::lines>(f.loop, std::move(first.ours));
    channel->on_line = [&](std::string_view) {
        channel.reset();
        channel = std::make_unique<hooked::lines>(f.loop, std::move(second.ours));
    };
    peer.send("now\n");
    next_peer.send("after\n");
    f.run_until("the successor reads", [&] { return channel->got.size() == 1; });
    CHECK(channel->got.front() == "after");
}

TEST_CASE("a channel that takes another descriptor in its own handler is served on",
          "[destruction][E39]") {
    loop_fixture f;
    auto first = make_socket_pair(AF_UNIX);
    auto second = make_socket_pair(AF_UNIX);
    scripted_peer peer(std::move(first.theirs));
    scripted_peer next_peer(std::move(second.theirs));
    hooked::lines channel(f.loop, std::move(first.ours));
    channel.on_line = [&](std::string_view line) {
        if (line == "now") {
            (void)channel.detach();
            channel.set_socket(std::move(second.ours));
        }
    };
    peer.send("now\nlost\n");
    next_peer.send("after\n");
    f.run_until("the new descriptor is read", [&] { return channel.got.size() == 2; });
    CHECK(channel.got == std::vector<std::string>{"now", "after"});
}
