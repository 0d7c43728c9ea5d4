// Connecting to a host by name: what may happen meanwhile.
#include "libreactor/race_stage.hpp"

#include <sys/epoll.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

using namespace std::string_literals;
using namespace sim_test;

TEST_CASE("a channel may be ended at any moment of its way to a host", "[connect][name][E39]") {
    race_stage s({six, four}, 100ms);
    s.w.black_hole(six);
    s.w.black_hole(four);
    const auto moment = GENERATE(0ms, 50ms, 100ms, 200ms, 350ms, 400ms);
    const bool destroyed = GENERATE(false, true);
    s.start();
    bool ended = false;
    s.w.at(moment, [&] {
        destroyed ? s.channel.reset() : s.channel->close();
        ended = true;
    });
    s.pass(600ms);
    CHECK(ended);
    CHECK(s.seen->connects == 0);
    CHECK(s.seen->closes == (destroyed ? 0 : 1));
    CHECK_FALSE(s.seen->reason);
    CHECK(s.attempts().empty());
    CHECK_FALSE(s.loop.has_work());
}

TEST_CASE("a channel may be ended by another in the moment of its success",
          "[connect][name][E39]") {
    race_stage s({six, four});
    auto door = s.w.listen(six);
    const bool destroyed = GENERATE(false, true);
    auto pair = s.w.connect_pair(); // comes first in the kernel's set
    chat other(s.loop, pair.fd);
    other.on_line = [&](chat&, const std::string&) {
        destroyed ? s.channel.reset() : s.channel->close();
    };
    s.turn();
    s.w.set_connect_delay(10ms);
    s.start();
    s.w.at(10ms, [&] { pair.other.send("end\n"); });
    s.pass(1s);
    CHECK(s.seen->connects == 0);
    CHECK(s.seen->closes == (destroyed ? 0 : 1));
    CHECK(s.loop.size() == 1);
    CHECK(s.attempts().size() == 1); // the other channel's
}

TEST_CASE("a channel may be ended in its connect handler after a race", "[connect][name][E39]") {
    race_stage s({six, four});
    s.w.black_hole(six);
    auto door = s.w.listen(four);
    const bool destroyed = GENERATE(false, true);
    s.channel->on_connect = [&](chat& me) {
        CHECK(me.connected());
        CHECK(me.push("never sent"));
        destroyed ? s.channel.reset() : me.close();
    };
    s.start();
    s.pass(1s);
    CHECK(s.seen->connects == 1);
    CHECK(s.seen->closes == (destroyed ? 0 : 1));
    CHECK(s.attempts().empty());
    CHECK_FALSE(s.loop.has_work());
}

TEST_CASE("a loop may end during a race", "[connect][name]") {
    world w;
    auto loop = std::make_unique<reactor::loop>();
    w.set_name("host", {six, four}, 10ms);
    w.black_hole(six);
    w.black_hole(four);
    chat channel(*loop);
    chat later(*loop); // stands behind the attempts
    channel.connect({"host", 80});
    const auto moment = GENERATE(0ms, 10ms, 300ms);
    while (w.elapsed() < moment)
        loop->run_once(moment - w.elapsed());
    loop->run_once(0ns);
    loop.reset();
    w.advance(1s); // what was under way is over
    CHECK(w.open_descriptors().empty());
    CHECK_FALSE(channel.attached());
    CHECK(channel.seen->closes == 0);
}

TEST_CASE("an attempt of a race is judged whatever bits come with it", "[connect][name][E13]") {
    const auto bits = static_cast<std::uint32_t>(
        GENERATE(EPOLLOUT, EPOLLIN, EPOLLERR, EPOLLHUP, EPOLLERR | EPOLLHUP, EPOLLOUT | EPOLLHUP,
                 EPOLLOUT | EPOLLERR, EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP, EPOLLRDHUP));
    const bool refused = GENERATE(false, true);
    race_stage s({six, four});
    std::optional<reactor::sim::peer_listener> door;
    if (!refused)
        door = s.w.listen(six);
    auto other_door = s.w.listen(four);
    s.start();
    s.w.at(0ns, [&] {
        for (const int fd : s.attempts())
            s.w.inject_event(fd, bits);
    });
    s.turn(4);
    s.check_connected_once();
    CHECK(s.reached == (refused ? four : six));
}

TEST_CASE("room without a peer wins no race", "[connect][name][E13]") {
    const auto bits = static_cast<std::uint32_t>(GENERATE(EPOLLOUT, EPOLLIN, EPOLLIN | EPOLLOUT));
    race_stage s({six, four});
    s.w.black_hole(six);
    auto door = s.w.listen(four);
    s.start();
    s.turn(2);
    REQUIRE(s.attempts().size() == 1);
    s.w.inject_event(s.attempts().front(), bits);
    s.turn(2);
    CHECK(s.channel->connecting());
    s.pass(1s);
    s.check_connected_once();
    CHECK(s.reached == four);
}

TEST_CASE("a race is one channel of the loop", "[connect][name]") {
    race_stage s({six, four});
    s.w.black_hole(six);
    s.w.black_hole(four);
    s.start();
    s.pass(400ms);
    CHECK(s.attempts().size() == 2);
    CHECK(s.loop.size() == 1);
    int met = 0;
    s.loop.for_each([&](reactor::dispatcher& each) {
        ++met;
        CHECK(&each == s.channel.get());
    });
    CHECK(met == 1);
    CHECK(s.loop.find(s.channel->ref()) == s.channel.get());
    CHECK(s.channel->local_address() == endpoint());
    s.loop.close_all();
    s.turn();
    s.check_failed_once({});
}

TEST_CASE("the loop runs until a race is decided", "[connect][name]") {
    race_stage s({six, four}, 10ms);
    s.w.black_hole(six);
    s.w.black_hole(four);
    s.start(2s);
    s.loop.run();
    s.check_failed_once(timed_out());
    CHECK(s.when == 2s);
}

TEST_CASE("nothing can be received or sent during a race and nothing is lost",
          "[connect][name][E14]") {
    race_stage s({six}, 10ms);
    auto door = s.w.listen(six);
    reactor::broadcast stream(s.loop);
    reactor::subscription place(*s.channel);
    s.start();
    REQUIRE(place.join(stream));
    char buffer[8];
    CHECK(s.channel->recv(buffer).would_block());
    CHECK(s.channel->send("x").would_block());
    CHECK(s.channel->push("pushed\n"));
    stream.publish("published\n");
    s.turn(2);
    CHECK(s.channel->connecting());
    s.channel->close_when_done();
    s.pass(20ms);
    auto other = door.accept();
    REQUIRE(other);
    CHECK(other->received() == "pushed\npublished\n");
    CHECK(s.seen->connects == 1);
    other->close();
    s.turn(2);
    CHECK(s.seen->closes == 1);
}

TEST_CASE("a channel may try again when a race was lost", "[connect][name]") {
    race_stage s({six, four});
    int left = 3;
    s.channel->on_close = [&](chat& me, std::error_code) {
        if (left-- > 0)
            me.connect({"host", 80});
    };
    s.start();
    s.pass(1s);
    CHECK(s.seen->closes == 4);
    CHECK(s.attempts().empty());
    auto door = s.w.listen(four);
    s.start();
    s.pass(1s);
    CHECK(s.seen->connects == 1);
}

TEST_CASE("the descriptor of a lost race may be in use again at once", "[connect][name][E1]") {
    race_stage s({six, four, six_too});
    s.w.unreachable(six, EHOSTUNREACH);
    s.w.unreachable(four, EHOSTUNREACH);
    auto door = s.w.listen(six_too);
    s.start();
    s.pass(1ms);
    s.check_connected_once();
    CHECK(s.reached == six_too);
}

TEST_CASE("what cannot begin a race says so", "[connect][name]") {
    std::error_code ec;
    auto s = std::make_unique<race_stage>(std::vector{six});
    SECTION("a channel with a descriptor") {
        s->channel->create_socket(AF_INET);
        s->channel->connect(reactor::host_port{"host", 80}, {}, ec);
        CHECK(ec == reactor::errc::already_open);
        CHECK_THROWS_AS(s->channel->connect(reactor::host_port{"host", 80}), std::system_error);
    }
    SECTION("a channel on its way already") {
        s->start();
        s->channel->connect(reactor::host_port{"host", 80}, {}, ec);
        CHECK(ec == reactor::errc::already_open);
    }
    SECTION("a negative limit") {
        s->channel->connect(reactor::host_port{"host", 80}, -1ns, ec);
        CHECK(ec == std::errc::invalid_argument);
        CHECK_FALSE(s->channel->is_open());
    }
    SECTION("a channel that is on its way cannot connect elsewhere") {
        s->start();
        s->channel->connect(six, {}, ec);
        CHECK(ec == reactor::errc::already_open);
        CHECK(s->channel->connecting());
    }
}

TEST_CASE("an exception in the connect handler ends the channel after a race", "[connect][name]") {
    race_stage s({six, four});
    auto door = s.w.listen(six);
    s.channel->on_connect = [](chat&) { throw std::runtime_error("no"); };
    s.start();
    s.pass(1s);
    CHECK(s.seen->closes == 1);
    CHECK(s.attempts().empty());
}
