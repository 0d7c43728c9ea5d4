// Defects of asyncore and asynchat that no other test is about, on live sockets; `defects.md` has
// all of them.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "libreactor/conformance/hooked_channels.hpp"

#include <fcntl.h>
#include <sys/resource.h>

#include <chrono>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

/// Every default as it is.
class plain : public reactor::dispatcher {
public:
    using dispatcher::dispatcher;
    using dispatcher::readable;
    using dispatcher::writable;
};

/// Its handle_close forgets what asyncore's had to do: to close.
class forgetful : public reactor::dispatcher {
public:
    using dispatcher::dispatcher;
    int closes = 0;

protected:
    void handle_read() override { (void)recv(receive_buffer()); }
    void handle_close(std::error_code) override { ++closes; }
};

} // namespace

TEST_CASE("a descriptor above 1024 ends no loop", "[asyncore][defect2]") {
    constexpr int high = 1500;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur <= high && limit.rlim_max > high) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur <= high)
        SKIP("no more than " << limit.rlim_cur << " descriptors here");
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::lines channel(f.loop,
                          reactor::unique_fd{::fcntl(pair.ours.get(), F_DUPFD_CLOEXEC, high)});
    pair.ours.reset();
    scripted_peer peer(std::move(pair.theirs));
    f.pump({&peer});
    REQUIRE(channel.fileno() >= high);
    channel.on_line = [&](std::string_view) { channel.push("answer\n"); };
    peer.send("question\n");
    f.run_until("the answer is there", [&] { return peer.received() == "answer\n"; });
}

TEST_CASE("an idle channel with the default predicates does not spin",
          "[asyncore][defect7][plain]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_INET);
    const plain channel(f.loop, std::move(pair.ours));
    f.fence();
    const auto start = f.loop.now();
    f.loop.run_once(50ms); // asyncore is back at once
    CHECK(f.loop.now() - start >= 50ms);
    CHECK(channel.is_open());
}

TEST_CASE("no handler runs on a closed channel and handle_close comes once",
          "[asyncore][defect8][plain]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_INET);
    hooked::dispatcher channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    strings calls;
    channel.wants_write = true;
    channel.on_read = [&] {
        calls.emplace_back("read");
        channel.close();
    };
    channel.on_write = [&] { calls.emplace_back(channel.is_open() ? "write" : "write, closed"); };
    channel.on_expt = [&] { calls.emplace_back("expt"); };
    channel.on_close = [&](std::error_code) { calls.emplace_back("close"); };
    f.fence();
    calls.clear();
    peer.send("data");
    peer.reset();
    f.run_until("the channel ends", [&] { return channel.closes > 0; });
    f.iterate(3);
    std::erase(calls, "write"); // those before the data
    CHECK(calls == strings{"read", "close"});
    CHECK(channel.closes == 1);
}

TEST_CASE("predicates cannot throw into the loop nor close their channel", "[asyncore][defect13]") {
    static_assert(noexcept(std::declval<const plain&>().readable()));
    static_assert(noexcept(std::declval<const plain&>().writable()));
    // They are const, and what closes is not.
    static_assert(!std::is_invocable_v<decltype(&plain::close), const plain&, std::error_code>);
    SUCCEED();
}

TEST_CASE("closing in handle_connect does not leave the channel connected",
          "[asyncore][connect][defect18][plain]") {
    const int family = GENERATE(AF_INET, AF_UNIX);
    loop_fixture f;
    const support::listening_socket listener(family);
    hooked::dispatcher channel(f.loop);
    int writes = 0;
    channel.wants_write = true;
    channel.on_write = [&] { ++writes; };
    channel.on_connect = [&] {
        CHECK(channel.connected());
        CHECK_FALSE(channel.connecting());
        channel.close();
    };
    channel.create_socket(family);
    channel.connect(listener.address());
    f.run_until("the channel ends", [&] { return channel.closes == 1; });
    f.iterate(3);
    CHECK_FALSE(channel.connected());
    CHECK(writes == 0);
    CHECK(channel.closes == 1);
}

TEST_CASE("a terminator's beginning at the end of input is not lost",
          "[asyncore][terminator][defect33]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::pieces channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    channel.set_terminator("\r\n");
    strings at_eof;
    channel.on_eof = [&] {
        at_eof = channel.got;
        channel.close();
    };
    f.deliver(peer, "ab\r");
    peer.half_close();
    f.run_until("the channel ends", [&] { return channel.closes == 1; });
    CHECK(at_eof == strings{"ab", "\r"});
}

TEST_CASE("a character that a receive cut is whole in its line", "[asyncore][lines][defect41]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::lines channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    const std::string euro = "\xe2\x82\xac";
    for (const char byte : euro + "\n")
        f.deliver(peer, {&byte, 1});
    f.run_until("the line is there", [&] { return !channel.got.empty(); });
    CHECK(channel.got == strings{euro});
}

TEST_CASE("a server takes no more connections than it wants",
          "[asyncore][accept][defect42][plain]") {
    constexpr std::size_t most = 2;
    loop_fixture f;
    const support::temp_dir directory;
    hooked::dispatcher listener(f.loop);
    listener.create_socket(AF_UNIX);
    listener.bind(support::any_address(AF_UNIX, directory));
    listener.listen();
    std::vector<std::unique_ptr<hooked::dispatcher>> sessions;
    const auto live = [&] {
        std::size_t count = 0;
        for (const auto& session : sessions)
            count += session->is_open() ? 1 : 0;
        return count;
    };
    listener.on_accepted = [&](reactor::unique_fd fd, const reactor::endpoint&) {
        sessions.push_back(std::make_unique<hooked::dispatcher>(f.loop, std::move(fd)));
        sessions.back()->on_close = [&](std::error_code) { listener.resume_reading(); };
        if (live() == most)
            listener.pause_reading();
    };
    std::vector<scripted_peer> peers;
    for (int i = 0; i < 5; ++i)
        peers.emplace_back(listener.local_address());
    f.run_until("as many are there as may be", [&] { return sessions.size() == most; });
    f.iterate(5);
    CHECK(sessions.size() == most);
    peers.front().close();
    f.run_until("the next had its turn", [&] { return sessions.size() == most + 1; });
    f.iterate(5);
    CHECK(sessions.size() == most + 1);
    CHECK(live() == most);
}

TEST_CASE("a handle_close that does not close makes no loop spin", "[asyncore][defect43][plain]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_INET);
    forgetful channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    const bool by_reset = GENERATE(true, false);
    by_reset ? peer.reset() : peer.close();
    f.loop.run(); // ends by itself: no work is left
    CHECK(channel.closes == 1);
    CHECK_FALSE(channel.is_open());
    CHECK(f.counters().iterations < 10);
}
