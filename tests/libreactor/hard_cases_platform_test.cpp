// What other systems than Linux say in words of their own.
#include "support/catch.hpp"
#include "support/sim_stage.hpp"

#include "system.hpp"

#include <reactor/loop_options.hpp>

#include <cerrno>

using namespace sim_test;

TEST_CASE("a send that meets a connection being torn down finds it reset", "[dispatcher][E28]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    s.w.faults().fail(call::send, EPROTOTYPE);
    channel.push("hello\n");
    s.turn(2);
    CHECK_FALSE(channel.is_open());
    CHECK(channel.seen->reason == system_code(ECONNRESET));
    CHECK(channel.seen->closes == 1);
}

TEST_CASE("a descriptor that a kqueue refuses closes its channel with the error", "[loop][E25]") {
    stage s;
    if (!s.uses_kqueue())
        SKIP("the other pollers answer at once");
    auto [fd, other] = s.w.connect_pair();
    raw channel(s.loop, fd);
    s.w.faults().fail(call::kevent_change, ENOMEM, {.fd = fd});
    s.turn(2);
    CHECK(channel.seen->closes == 1);
    CHECK(channel.seen->reason == system_code(ENOMEM));
    CHECK_FALSE(s.w.is_open(fd));
    CHECK(other.ended());
}

TEST_CASE("a pipe that nobody reads any more is told of by a failing write", "[loop][E25]") {
    stage s;
    if (!s.uses_kqueue())
        SKIP("only a kqueue refuses such a descriptor");
    auto [fd, other] = s.w.connect_pair();
    raw channel(s.loop, fd);
    channel.want_read(false);
    s.turn();
    s.w.faults().fail(call::kevent_change, EPIPE, {.times = 2, .fd = fd});
    channel.want_write(true);
    channel.on_write = [](raw& me) {
        if (me.seen->writes == 2)
            me.close(system_code(EPIPE));
    };
    s.turn(3);
    CHECK(channel.seen->writes == 2); // told again while it does nothing about it
    CHECK(channel.seen->reason == system_code(EPIPE));
}

namespace {

/// Takes a socket's error away, as some kqueues do by telling it.
void take_error(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    CHECK(reactor::system::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size).ok());
    CHECK(error != 0);
}

} // namespace

TEST_CASE("an error that a kqueue told ends the channel though the socket has it no more",
          "[loop][connect][E24]") {
    const bool connects = GENERATE(true, false);
    stage s;
    if (!s.uses_kqueue())
        SKIP("the other pollers tell no errors");
    auto [early_fd, early_other] = s.w.connect_pair();
    raw early(s.loop, early_fd);
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop);
    if (!connects)
        channel.set_socket(reactor::unique_fd(fd));
    s.turn(2);
    if (connects) {
        channel.create_socket(AF_INET);
        channel.connect(reactor::endpoint::loopback_v4(9));
        s.turn(); // the next wait will ask for it
    } else {
        other.reset();
    }
    early_other.send("x");
    early.on_read = [&](raw&) { take_error(channel.fileno()); };
    s.turn();
    CHECK(early.seen->reads == 1);
    CHECK(channel.seen->connects == 0);
    CHECK(channel.seen->eofs == 0);
    CHECK(channel.seen->closes == 1);
    CHECK(channel.seen->reason == system_code(connects ? ECONNREFUSED : ECONNRESET));
}
