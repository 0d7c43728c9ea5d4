// Connecting: success and failure come from the loop, once, with the flags set (E13, E14).
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"
#include "support/poller_limits.hpp"

#include "hooked_channels.hpp"

#include <reactor/error.hpp>

#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

using support::listening_socket;
using support::loop_fixture;
using support::scripted_peer;

TEST_CASE("a connect that succeeds is told once from the loop", "[plain][connect][E13]") {
    const int family = GENERATE(AF_INET, AF_INET6, AF_UNIX);
    if (!support::family_available(family))
        SKIP("no IPv6 here");
    CAPTURE(support::family_name(family));
    loop_fixture f;
    const listening_socket listener(family);
    hooked::lines channel(f.loop);
    channel.create_socket(family);
    CHECK_FALSE(channel.connecting());
    channel.connect(listener.address());
    CHECK(channel.connecting());
    CHECK_FALSE(channel.connected());
    CHECK(channel.connects == 0);
    bool flags_set = false;
    channel.on_connect = [&] { flags_set = channel.connected() && !channel.connecting(); };
    f.run_until("it is told", [&] { return channel.connects == 1; });
    CHECK(flags_set);
    CHECK(channel.remote_address() == listener.address());
    f.iterate(3);
    CHECK(channel.connects == 1);
    CHECK(channel.is_open());
}

TEST_CASE("what is pushed in handle_connect leaves in the same iteration",
          "[plain][connect][E14]") {
    loop_fixture f;
    const listening_socket listener(AF_INET);
    hooked::lines channel(f.loop);
    channel.create_socket(AF_INET);
    channel.connect(listener.address());
    channel.on_connect = [&] { CHECK(channel.push("hello")); };
    f.run_until("it is told", [&] { return channel.connects == 1; });
    CHECK(f.counters().bytes_out == 5);
    CHECK(channel.output_size() == 0);
}

TEST_CASE("what is pushed before the connection stands leaves with it", "[plain][connect]") {
    loop_fixture f;
    const listening_socket listener(AF_INET);
    hooked::lines channel(f.loop);
    channel.create_socket(AF_INET);
    CHECK(channel.push("early, "));
    channel.connect(listener.address());
    CHECK(channel.push("and later"));
    scripted_peer peer(listener.accept());
    f.pump({&peer});
    f.run_until("it is read", [&] { return peer.received() == "early, and later"; });
    CHECK(channel.connects == 1);
}

TEST_CASE("close_when_done before the connection stands waits for it", "[connect]") {
    loop_fixture f;
    const listening_socket listener(AF_INET);
    hooked::lines channel(f.loop);
    channel.create_socket(AF_INET);
    channel.connect(listener.address());
    channel.push("only this");
    channel.close_when_done();
    scripted_peer peer(listener.accept());
    f.pump({&peer});
    f.run_until("the end is read", [&] { return peer.ended(); });
    CHECK(peer.received() == "only this");
    peer.close();
    f.run_until("the channel ends", [&] { return channel.closes == 1; });
    CHECK_FALSE(channel.reason);
}

TEST_CASE("a refused connect ends the channel with that reason", "[connect][E13]") {
    const int family = GENERATE(AF_INET, AF_INET6);
    if (!support::family_available(family))
        SKIP("no IPv6 here");
    loop_fixture f;
    listening_socket listener(family);
    const auto address = listener.address();
    listener.close();
    hooked::lines channel(f.loop);
    channel.create_socket(family);
    std::error_code ec;
    channel.connect(address, {}, ec);
    if (!ec) { // some kernels know at once
        f.run_until("the channel ends", [&] { return channel.closes == 1; });
        ec = channel.reason;
    }
    CHECK(ec == std::errc::connection_refused);
    CHECK(channel.connects == 0);
    CHECK(channel.errors.empty());
}

TEST_CASE("an error known at once is reported by the call and leaves the socket open",
          "[plain][connect][defect19]") {
    loop_fixture f;
    const support::temp_dir directory;
    hooked::lines channel(f.loop);
    channel.create_socket(AF_UNIX);
    const auto nowhere = reactor::endpoint::unix_path(directory.file("nobody"));
    std::error_code ec;
    channel.connect(nowhere, {}, ec);
    CHECK(ec == std::errc::no_such_file_or_directory);
    CHECK_FALSE(channel.connecting());
    CHECK(channel.is_open());
    CHECK_THROWS_AS(channel.connect(nowhere), std::system_error);
    f.iterate(3);
    CHECK(channel.closes == 0);
    // The same socket may be tried again.
    const listening_socket listener(AF_UNIX);
    channel.connect(listener.address());
    f.run_until("it is told", [&] { return channel.connects == 1; });
}

TEST_CASE("a UNIX listener with a full queue is an error and no connection",
          "[connect][E13][defect19]") {
    loop_fixture f;
    const listening_socket listener(AF_UNIX, 0);
    std::vector<std::unique_ptr<hooked::lines>> channels;
    std::error_code ec;
    while (!ec && channels.size() < 10) {
        channels.push_back(std::make_unique<hooked::lines>(f.loop));
        channels.back()->create_socket(AF_UNIX);
        channels.back()->connect(listener.address(), {}, ec);
    }
    CHECK(ec == std::errc::resource_unavailable_try_again);
    CHECK_FALSE(channels.back()->connecting());
    f.iterate(3);
    CHECK(channels.back()->connects == 0);
    for (std::size_t i = 0; i + 1 < channels.size(); ++i)
        CHECK(channels[i]->connects == 1);
}

TEST_CASE("a channel without a descriptor refuses to connect", "[connect]") {
    loop_fixture f;
    hooked::lines channel(f.loop);
    std::error_code ec;
    channel.connect(reactor::endpoint::loopback_v4(1), {}, ec);
    CHECK(ec == reactor::errc::not_open);
    channel.bind(reactor::endpoint::loopback_v4(0), ec);
    CHECK(ec == reactor::errc::not_open);
    channel.listen(1, ec);
    CHECK(ec == reactor::errc::not_open);
}

TEST_CASE("a channel closed while it connects is told of its close only", "[connect]") {
    loop_fixture f;
    const listening_socket listener(AF_INET);
    hooked::lines channel(f.loop);
    channel.create_socket(AF_INET);
    channel.connect(listener.address());
    channel.close();
    f.iterate(3);
    CHECK(channel.connects == 0);
    CHECK(channel.closes == 1);
}

TEST_CASE("a socket that was never connected is not watched", "[connect][defect20]") {
    loop_fixture f;
    hooked::dispatcher channel(f.loop);
    channel.wants_write = true;
    channel.create_socket(AF_INET);
    f.iterate(5);
    CHECK(f.counters().events == 0);
    CHECK(channel.is_open());
    CHECK(channel.closes == 0);
}
