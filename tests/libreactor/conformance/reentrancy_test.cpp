// No handler is called inside a call of the user's (E33), and the stack does not grow (E38).
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"
#include "support/sanitized.hpp"

#include "hooked_channels.hpp"

#include <reactor/output_limits.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

/// How far the stack reaches from the first look to the deepest.
class stack_gauge {
public:
    void look() {
        // Not a local's address: a sanitizer may keep locals elsewhere.
        const auto place = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
        lowest_ = std::min(lowest_, place);
        highest_ = std::max(highest_, place);
    }
    [[nodiscard]] std::size_t depth() const { return highest_ - lowest_; }

private:
    std::uintptr_t lowest_ = UINTPTR_MAX;
    std::uintptr_t highest_ = 0;
};

/// Counts handlers that run while a call of the user's is under way.
class inside_guard {
public:
    void during(const std::function<void()>& call) {
        inside_ = true;
        call();
        inside_ = false;
    }
    void handler() { reentered_ += inside_ ? 1 : 0; }
    [[nodiscard]] int reentered() const { return reentered_; }

private:
    bool inside_ = false;
    int reentered_ = 0;
};

} // namespace

TEST_CASE("no handler runs inside a call of the user's", "[reentrancy][E33][defect17]") {
    loop_fixture f;
    inside_guard guard;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::lines channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    channel.on_close = [&](std::error_code) { guard.handler(); };
    channel.on_eof = [&] { guard.handler(); };
    channel.on_high_water = [&] { guard.handler(); };
    reactor::output_limits limits;
    limits.high_water = 10;
    limits.hard_limit = 1000;
    channel.set_output_limits(limits);
    channel.on_line = [&](std::string_view line) {
        guard.handler();
        if (line == "push")
            guard.during([&] { channel.push(std::string(100, 'x')); });
        else if (line == "resume")
            guard.during([&] {
                channel.pause_reading();
                channel.resume_reading();
            });
        else if (line == "flood")
            guard.during([&] { channel.push(std::string(2000, 'x')); });
    };
    peer.send("push\nresume\nflood\nnever\n");
    f.run_until("the channel ends", [&] { return channel.closes == 1; });
    CHECK(guard.reentered() == 0);
    CHECK(channel.got.size() == 3);
}

TEST_CASE("a connect that succeeds at once runs no handler inside the call",
          "[plain][reentrancy][E33][defect19]") {
    loop_fixture f;
    inside_guard guard;
    const support::listening_socket listener(AF_UNIX);
    hooked::lines channel(f.loop);
    channel.on_connect = [&] { guard.handler(); };
    channel.create_socket(AF_UNIX);
    guard.during([&] { channel.connect(listener.address()); });
    f.run_until("it is told", [&] { return channel.connects == 1; });
    CHECK(guard.reentered() == 0);
}

TEST_CASE("resets of many channels during a fan-out of pushes leave the pusher alone",
          "[reentrancy][E33][defect17]") {
    constexpr std::size_t count = 200;
    loop_fixture f;
    stack_gauge stack;
    std::vector<std::unique_ptr<hooked::lines>> channels;
    std::vector<scripted_peer> peers;
    // Whoever ends tells all the others, and finds that they end as well.
    const auto tell_all = [&](std::string_view what) {
        for (const auto& channel : channels)
            channel->push(what);
    };
    for (std::size_t i = 0; i < count; ++i) {
        auto pair = make_socket_pair(AF_UNIX);
        channels.push_back(std::make_unique<hooked::lines>(f.loop, std::move(pair.ours)));
        channels.back()->on_close = [&](std::error_code) {
            stack.look();
            tell_all("somebody left\n");
        };
        peers.emplace_back(std::move(pair.theirs));
    }
    for (std::size_t i = 1; i < count; ++i)
        peers[i].close();
    channels[0]->on_line = [&](std::string_view line) { tell_all(line); };
    peers[0].send("hello\n");
    f.run_until("all others have ended", [&] { return f.counters().closes == count - 1; });
    CHECK(channels[0]->is_open());
    CHECK(stack.depth() == 0);
}

// A sanitizer makes each message many times dearer; the stack would grow with the first thousand.
constexpr std::size_t messages = support::often(1'000'000U);

TEST_CASE("very many messages to oneself leave the stack where it was", "[reentrancy][E38]") {
    loop_fixture f;
    stack_gauge stack;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::lines one(f.loop, std::move(pair.ours));
    hooked::lines other(f.loop, std::move(pair.theirs));
    std::size_t seen = 0;
    const auto echo_to = [&](hooked::lines& from) {
        from.on_line = [&](std::string_view line) {
            stack.look();
            if (++seen < messages) {
                from.push(line);
                from.push("\n");
            }
            from.got.clear();
        };
    };
    echo_to(one);
    echo_to(other);
    for (int i = 0; i < 256; ++i)
        one.push("m\n");
    f.run_until("all have come", [&] { return seen >= messages; });
    CHECK(stack.depth() < 1024); // from the dispatch and from the held input
}
