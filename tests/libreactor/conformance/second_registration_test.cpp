// One descriptor number, two channels: by mistake, or because somebody closed the first one's.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <reactor/error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <system_error>
#include <utility>

using reactor::errc;
using reactor::unique_fd;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

struct registration_test : loop_fixture {
    registration_test() {
        also_pump(peer);
        iterate(2);
    }

    /// The first channel is as it was: it hears its peer and answers.
    void first_goes_on() {
        peer.send("hello\n");
        run_until("it hears", [&] { return !first.got.empty(); });
        first.push("answer\n");
        run_until("it answers", [&] { return peer.received() == "answer\n"; });
        CHECK(first.closes == 0);
    }

    support::socket_pair pair = make_socket_pair(AF_UNIX);
    hooked::lines first{loop, std::move(pair.ours)};
    scripted_peer peer{std::move(pair.theirs)};
};

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

} // namespace

TEST_CASE("a descriptor that a channel has is refused and stays with it", "[bad_use]") {
    registration_test t;
    const int fd = t.first.fileno();
    std::error_code ec;
    SECTION("for a channel's socket") {
        hooked::lines second(t.loop);
        second.set_socket(unique_fd{fd}, ec);
        CHECK(ec == errc::already_watched);
        CHECK_FALSE(second.is_open());
        CHECK_THROWS_AS(second.set_socket(unique_fd{fd}), std::system_error);
        CHECK_THROWS_AS(hooked::lines(t.loop, unique_fd{fd}), std::system_error);
    }
    SECTION("for a file") {
        hooked::lines second(t.loop);
        second.set_file(unique_fd{fd}, ec);
        CHECK(ec == errc::already_watched);
        CHECK_FALSE(second.is_open());
    }
    SECTION("for a listener") {
        hooked::dispatcher second(t.loop);
        second.set_listener(unique_fd{fd}, ec);
        CHECK(ec == errc::already_watched);
        CHECK_FALSE(second.is_open());
    }
    SECTION("for the channel itself") {
        t.first.set_socket(unique_fd{fd}, ec);
        CHECK(ec == errc::already_watched);
        t.first.set_listener(unique_fd{fd}, ec);
        CHECK(ec == errc::already_watched);
    }
    t.first_goes_on();
}

TEST_CASE("a descriptor that a channel gave up is another's to take", "[bad_use][plain]") {
    registration_test t;
    hooked::lines second(t.loop);
    second.set_socket(t.first.detach());
    t.peer.send("hello\n");
    t.run_until("it hears", [&] { return second.got.size() == 1; });
    second.close();
    hooked::lines third(t.loop, std::move(make_socket_pair(AF_UNIX).ours)); // the number is free
    CHECK(third.is_open());
}

TEST_CASE("a number that the system gives again is taken from the channel that lost it",
          "[bad_use][E1][E2][plain]") {
    registration_test t;
    hooked::dispatcher listener(t.loop);
    listener.listen_on(reactor::endpoint::loopback_v4(0));
    auto client = support::connect_to(listener.local_address());
    const int fd = t.first.fileno();
    std::unique_ptr<hooked::lines> second;

    SECTION("for an accepted connection") {
        listener.on_accepted = [&](unique_fd taken, const reactor::endpoint&) {
            CHECK(taken.get() == fd);
            second = std::make_unique<hooked::lines>(t.loop, std::move(taken));
        };
        ::close(fd); // behind the loop's back
        t.run_until("the connection is there", [&] { return second != nullptr; });
    }
    SECTION("for a new socket") {
        second = std::make_unique<hooked::lines>(t.loop);
        ::close(fd);
        second->create_socket(AF_INET);
        CHECK(second->fileno() == fd);
        second->connect(listener.local_address());
        t.run_until("it is connected", [&] { return second->connected(); });
    }
    t.run_until("the first learns of it", [&] { return t.first.closes == 1; });
    CHECK(t.first.reason == std::errc::bad_file_descriptor);
    CHECK(is_open(fd));
    CHECK(second->is_open());
    if (second->fileno() == fd && !listener.on_accepted)
        return;
    scripted_peer peer(std::move(client));
    t.also_pump(peer);
    peer.send("hello\n");
    t.run_until("the second hears", [&] { return second->got.size() == 1; });
}

TEST_CASE("a number that a channel lost is refused until that channel is closed", "[bad_use]") {
    registration_test t;
    const int fd = t.first.fileno();
    ::close(fd);
    auto pair = make_socket_pair(AF_UNIX);
    REQUIRE(pair.ours.get() == fd);
    scripted_peer peer(std::move(pair.theirs));
    t.also_pump(peer);
    hooked::lines second(t.loop);
    std::error_code ec;
    second.set_socket(std::move(pair.ours), ec);
    CHECK(ec == errc::already_watched);
    REQUIRE(is_open(fd));
    second.set_socket(t.first.detach()); // not closed by it
    peer.send("hello\n");
    t.run_until("it hears", [&] { return second.got.size() == 1; });
    CHECK(second.fileno() == fd);
}
