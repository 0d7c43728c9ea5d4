// Who owns a channel: the user, or the loop that destroys it after it closed.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

/// Says in a journal when it ends.
class mortal : public hooked::lines {
public:
    mortal(reactor::loop& owner, reactor::unique_fd fd, strings& journal)
        : lines(owner, std::move(fd)), journal_(journal) {
        on_close = [this](std::error_code) { journal_.emplace_back("closed"); };
    }
    ~mortal() override { journal_.emplace_back("destroyed"); }

private:
    strings& journal_;
};

} // namespace

TEST_CASE("a spawned channel is destroyed at the end of the iteration in which it closed",
          "[ownership]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    scripted_peer peer(std::move(pair.theirs));
    auto& channel = f.loop.spawn<mortal>(std::move(pair.ours), f.journal);
    channel.on_line = [&](std::string_view) {
        channel.close();
        f.loop.post([&] { f.loop.post([&] { f.note("next iteration"); }); });
    };
    peer.send("bye\nmore\n");
    f.run_until("the post has run", [&] { return f.journal.size() == 3; });
    CHECK(f.journal == strings{"closed", "destroyed", "next iteration"});
    CHECK(f.counters().destroyed == 1);
    CHECK(f.loop.size() == 0);
}

TEST_CASE("an adopted channel is destroyed when its peer leaves", "[ownership]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    f.loop.adopt(std::make_unique<mortal>(f.loop, std::move(pair.ours), f.journal));
    pair.theirs.reset();
    f.loop.run(); // returns as soon as no work is left
    CHECK(f.journal == strings{"closed", "destroyed"});
}

TEST_CASE("an owned channel that opens again in its handle_close lives on", "[ownership]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    auto next = make_socket_pair(AF_UNIX);
    scripted_peer peer(std::move(next.theirs));
    auto& channel = f.loop.spawn<mortal>(std::move(pair.ours), f.journal);
    channel.on_close = [&](std::error_code) {
        channel.on_close = nullptr;
        channel.set_socket(std::move(next.ours));
    };
    channel.close();
    f.iterate(3);
    CHECK(f.journal.empty());
    peer.send("again\n");
    f.run_until("it is served", [&] { return channel.got.size() == 1; });
    peer.close();
    f.run_until("it is destroyed", [&] { return !f.journal.empty(); });
}

TEST_CASE("an owned channel that is detached is destroyed without a call", "[ownership]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    auto& channel = f.loop.spawn<mortal>(std::move(pair.ours), f.journal);
    const auto fd = channel.detach();
    f.iterate();
    CHECK(fd);
    CHECK(f.journal == strings{"destroyed"});
}

TEST_CASE("the loop's end destroys what it owns and closes the rest without a call",
          "[plain][ownership]") {
    strings journal;
    auto owned = make_socket_pair(AF_UNIX);
    auto kept = make_socket_pair(AF_UNIX);
    scripted_peer owned_peer(std::move(owned.theirs));
    scripted_peer kept_peer(std::move(kept.theirs));
    std::optional<reactor::loop> loop(std::in_place);
    loop->spawn<mortal>(std::move(owned.ours), journal);
    hooked::lines channel(*loop, std::move(kept.ours));
    channel.push("never sent");
    CHECK(channel.attached());
    loop.reset();
    CHECK(journal == strings{"destroyed"});
    owned_peer.pump();
    kept_peer.pump();
    CHECK(owned_peer.ended());
    CHECK(kept_peer.ended());
    CHECK(channel.closes == 0);
    CHECK_FALSE(channel.attached());
    CHECK_FALSE(channel.is_open());
    CHECK_FALSE(channel.push("x"));
    CHECK(channel.output_size() == 0);
    char buffer[8];
    CHECK(channel.recv(buffer).ec == std::errc::not_connected);
    CHECK(channel.send("x").ec == std::errc::not_connected);
    std::error_code ec;
    channel.create_socket(AF_INET, SOCK_STREAM, ec);
    CHECK(ec == std::errc::not_connected);
    channel.connect(reactor::endpoint::loopback_v4(1), {}, ec);
    CHECK(ec);
    CHECK_FALSE(channel.ref());
    CHECK_FALSE(channel.detach());
    channel.pause_reading();
    channel.resume_reading();
    channel.interest_changed();
    channel.ask_every_iteration(true);
    channel.set_terminator("x");
    channel.discard_buffers();
    channel.close_when_done();
    channel.close();
}

TEST_CASE("owned channels may own others when the loop ends", "[ownership]") {
    struct parent : hooked::lines {
        parent(reactor::loop& l, reactor::unique_fd fd, reactor::unique_fd child_fd)
            : lines(l, std::move(fd)), child(std::make_unique<lines>(l, std::move(child_fd))) {}
        std::unique_ptr<lines> child;
    };
    auto one = make_socket_pair(AF_UNIX);
    auto two = make_socket_pair(AF_UNIX);
    reactor::loop loop;
    loop.spawn<parent>(std::move(one.ours), std::move(two.ours));
    CHECK(loop.size() == 2);
}

TEST_CASE("for_each meets every open channel and may close or destroy any", "[ownership]") {
    loop_fixture f;
    std::vector<std::unique_ptr<hooked::lines>> channels;
    for (int i = 0; i < 10; ++i) {
        auto pair = make_socket_pair(AF_UNIX);
        channels.push_back(std::make_unique<hooked::lines>(f.loop, std::move(pair.ours)));
    }
    channels[3]->close();
    int met = 0;
    f.loop.for_each([&](reactor::dispatcher&) { ++met; });
    CHECK(met == 9);
    met = 0;
    f.loop.for_each([&](reactor::dispatcher& channel) {
        ++met;
        if (met == 1) {
            channel.close();
            for (auto& other : channels)
                if (other.get() != &channel)
                    other.reset();
        }
    });
    CHECK(met == 1);
    CHECK(f.loop.size() == 0);
    f.iterate();
}

TEST_CASE("close_all closes every channel and each is told once", "[ownership]") {
    loop_fixture f;
    std::vector<std::unique_ptr<hooked::lines>> channels;
    for (int i = 0; i < 10; ++i) {
        auto pair = make_socket_pair(AF_UNIX);
        channels.push_back(std::make_unique<hooked::lines>(f.loop, std::move(pair.ours)));
        f.loop.spawn<mortal>(std::move(pair.theirs), f.journal);
    }
    CHECK(f.loop.size() == 20);
    f.loop.close_all(std::make_error_code(std::errc::operation_canceled));
    CHECK(f.loop.size() == 0);
    f.loop.run();
    for (const auto& channel : channels) {
        CHECK(channel->closes == 1);
        CHECK(channel->reason == std::errc::operation_canceled);
    }
    CHECK(f.journal.size() == 20);
    CHECK(f.counters().destroyed == 10);
}

TEST_CASE("many owned channels are destroyed a budget at a time without waiting", "[ownership]") {
    loop_fixture f({.destroy_budget = 4});
    for (int i = 0; i < 5; ++i) {
        auto pair = make_socket_pair(AF_UNIX);
        f.loop.spawn<mortal>(std::move(pair.ours), f.journal);
        f.loop.spawn<mortal>(std::move(pair.theirs), f.journal);
    }
    f.loop.close_all();
    f.loop.run_once({});
    CHECK(f.counters().destroyed == 4);
    f.loop.run_once({});
    f.loop.run_once({});
    CHECK(f.counters().destroyed == 10);
}

TEST_CASE("predicates that depend on something else are asked every iteration on request",
          "[ownership][interest]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::dispatcher channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    channel.wants_read = false;
    channel.ask_every_iteration(true);
    f.iterate();
    peer.send("x");
    f.iterate(3);
    CHECK(channel.input.empty());
    channel.wants_read = true; // nobody is told
    f.run_until("it is read", [&] { return channel.input == "x"; });
    channel.ask_every_iteration(false);
    f.iterate();
}
