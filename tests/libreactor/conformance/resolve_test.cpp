// Names, looked up by the real system: nothing but localhost, which needs no network.
#include <reactor/dispatcher.hpp>
#include <reactor/host_port.hpp>
#include <reactor/resolve.hpp>

#include "libreactor/conformance/hooked_channels.hpp"
#include "support/catch.hpp"
#include "support/loop_fixture.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

using reactor::endpoint;
using support::loop_fixture;

namespace {

using addresses = std::vector<endpoint>;

/// Listens on a free port of one loopback address and counts who comes.
class door : public hooked::dispatcher {
public:
    door(reactor::loop& owner, const endpoint& where) : dispatcher(owner) {
        std::error_code ec;
        create_socket(where.family(), SOCK_STREAM, ec);
        if (!ec)
            bind(where, ec);
        if (!ec)
            listen(16, ec);
        on_accepted = [this](reactor::unique_fd fd, const endpoint&) {
            guests.push_back(std::move(fd));
        };
    }
    std::vector<reactor::unique_fd> guests;
};

} // namespace

TEST_CASE("localhost is this machine", "[resolve]") {
    loop_fixture f;
    std::optional<addresses> got;
    const auto thread = std::this_thread::get_id();
    const auto pending = reactor::resolve(f.loop, {"localhost", 81},
                                          [&](std::error_code ec, const addresses& found) {
                                              CHECK_FALSE(ec);
                                              CHECK(std::this_thread::get_id() == thread);
                                              got = found;
                                          });
    CHECK_FALSE(got);
    f.loop.run(); // the look-up keeps it running
    REQUIRE(got);
    REQUIRE_FALSE(got->empty());
    for (const auto& each : *got) {
        CHECK(each.is_loopback());
        CHECK(each.port() == 81);
        CHECK(std::count(got->begin(), got->end(), each) == 1);
    }
}

TEST_CASE("many look-ups are answered once each", "[resolve]") {
    loop_fixture f;
    constexpr std::size_t count = 50;
    std::vector<int> calls(count);
    std::vector<reactor::lookup> pending;
    for (std::size_t i = 0; i < count; ++i)
        pending.push_back(
            reactor::resolve(f.loop, {i % 2 == 0 ? "localhost" : "127.0.0.1", 80},
                             [&calls, i](std::error_code, const addresses&) { ++calls[i]; }));
    for (std::size_t i = 0; i < count; i += 5)
        pending[i].cancel();
    f.loop.run();
    for (std::size_t i = 0; i < count; ++i)
        CHECK(calls[i] == (i % 5 == 0 ? 0 : 1));
}

TEST_CASE("a loop ends at once whatever is being looked up", "[resolve]") {
    reactor::lookup outlives;
    for (int i = 0; i < 20; ++i) {
        reactor::loop loop;
        outlives = reactor::resolve(loop, {"localhost", 80}, [](std::error_code, const addresses&) {
            FAIL_CHECK("called");
        });
        if (i % 2 == 0)
            outlives.cancel();
    }
    CHECK(outlives.pending());
}

TEST_CASE("a name is connected to over whichever family listens", "[connect][name]") {
    loop_fixture f;
    const bool six = GENERATE(false, true);
    door there(f.loop, six ? endpoint::loopback_v6(0) : endpoint::loopback_v4(0));
    if (!there.accepting())
        SKIP("this machine has no such loopback address");
    hooked::lines channel(f.loop);
    CHECK(channel.push("too early") == false);
    channel.connect({"localhost", there.local_address().port()}, std::chrono::seconds{20});
    CHECK(channel.push("hello\n"));
    CHECK(channel.fileno() == -1);
    f.run_until("both ends know", [&] {
        return (channel.connects == 1 && there.guests.size() == 1) || channel.closes == 1;
    });
    if (channel.closes == 1 && six)
        SKIP("localhost has no IPv6 address here");
    REQUIRE(channel.connects == 1);
    CHECK(channel.connected());
    CHECK(channel.remote_address().port() == there.local_address().port());
    char buffer[16];
    f.run_until("what was pushed before is there", [&] {
        return ::recv(there.guests.front().get(), buffer, sizeof buffer, MSG_DONTWAIT) == 6;
    });
}

TEST_CASE("a name on which nobody listens refuses once", "[connect][name]") {
    loop_fixture f;
    std::uint16_t port = 0;
    {
        const door there(f.loop, endpoint::loopback_v4(0));
        port = there.local_address().port();
    }
    hooked::lines channel(f.loop);
    channel.connect({"localhost", port}, std::chrono::seconds{20});
    f.run_until("it is told", [&] { return channel.closes > 0; });
    f.iterate(3);
    CHECK(channel.closes == 1);
    CHECK(channel.connects == 0);
    CHECK(channel.reason == std::errc::connection_refused);
}

TEST_CASE("a channel may be destroyed while its name is looked up", "[connect][name]") {
    loop_fixture f;
    for (int i = 0; i < 20; ++i) {
        auto channel = std::make_unique<hooked::lines>(f.loop);
        channel->connect({"localhost", 9});
        f.iterate(i % 3);
    }
    f.loop.run();
    CHECK(f.loop.size() == 0);
}
