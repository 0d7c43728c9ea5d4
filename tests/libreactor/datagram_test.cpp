// Channels of datagrams over the simulated system: whose turn it is, beginnings and ends.
#include "libreactor/datagram_stage.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace sim_test;

TEST_CASE("each flooded channel takes its budget and then the others have their turn",
          "[datagram][E35]") {
    const bool by_batch = GENERATE(false, true);
    stage s({.message_budget = 5});
    udp first(s);
    udp second(s);
    auto peer = s.w.datagram_socket();
    std::vector<std::string> order;
    for (auto* channel : {&first, &second}) {
        const std::string name = channel == &first ? "first" : "second";
        channel->on_read = [&, channel, name](raw&) {
            for (;;) { // greedy: until would-block
                endpoint from;
                const auto got = by_batch ? channel->recv_batch(channel->batch)
                                          : channel->recv_from(channel->receive_buffer(), from);
                if (got.ec) {
                    CHECK(got.would_block());
                    return;
                }
                for (std::size_t i = 0; i < (by_batch ? got.n : 1); ++i)
                    order.push_back(name);
            }
        };
        send_many(peer, *channel, 12);
    }
    const auto count = [&](const char* name) {
        return std::count(order.begin(), order.end(), name);
    };
    s.turn(2); // the first one tells the kernel
    CHECK(count("first") == 5);
    CHECK(count("second") == 5);
    s.turn();
    CHECK(count("first") == 10);
    CHECK(count("second") == 10);
    s.turn();
    CHECK(order.size() == 24);
}

TEST_CASE("the budget is for handlers: elsewhere all that is there can be taken", "[datagram]") {
    stage s({.message_budget = 2});
    udp c(s);
    auto peer = s.w.datagram_socket();
    send_many(peer, c, 9);
    endpoint from;
    for (int i = 0; i < 4; ++i)
        CHECK(c.recv_from(c.receive_buffer(), from));
    CHECK(c.recv_batch(c.batch).n == 5);
}

TEST_CASE("a channel of datagrams that is done shuts nothing down and waits for nobody",
          "[datagram][E12]") {
    stage s;
    udp c(s);
    auto peer = s.w.datagram_socket();
    c.connect(peer.address());
    CHECK(c.send("last words").n == 10);
    c.close_when_done();
    s.turn();
    CHECK(c.seen->closes == 1);
    CHECK_FALSE(c.seen->reason);
    CHECK(c.seen->connects == 1); // it had been connected
    CHECK(s.w.count(call::shutdown) == 0);
    CHECK(s.loop.size() == 0);
    CHECK(peer.received().size() == 1);
}

TEST_CASE("handle_connect of datagrams comes from the loop before anything else",
          "[datagram][E38]") {
    stage s;
    udp c(s);
    auto peer = s.w.datagram_socket();
    std::vector<std::string> order;
    c.on_connect = [&](raw&) { order.emplace_back("connect"); };
    c.on_read = [&](raw&) {
        order.emplace_back("read");
        (void)c.recv_batch(c.batch);
    };
    s.turn();
    s.w.reset_counts();
    REQUIRE(peer.send_to("early", c.local_address()));
    c.connect(peer.address(), 1ns); // nothing is waited for: no limit can be missed
    CHECK(order.empty());
    CHECK(c.connecting());
    CHECK_FALSE(c.connected());
    s.w.advance(1s);
    s.turn();
    CHECK(order == std::vector<std::string>{"connect", "read"});
    CHECK(c.connected());
    CHECK(s.changes() == 0); // and the kernel is asked about nothing new

    c.on_timeout = [&](raw&) { order.emplace_back("timeout"); };
    c.set_deadline(5s);
    s.turn();
    c.connect(peer.address()); // again: the deadline is the channel's own
    s.w.advance(5s);
    s.turn();
    CHECK(order == std::vector<std::string>{"connect", "read", "timeout", "connect"});
    CHECK(c.is_open());
}

TEST_CASE("an error that comes before handle_connect of datagrams fails no connect", "[datagram]") {
    stage s;
    udp c(s);
    s.turn(); // watched from here on
    c.connect(endpoint::loopback_v4(9));
    CHECK(c.send("anybody?").n == 8);
    s.turn();
    CHECK(c.seen->connects == 1);
    CHECK(c.last.ec == std::errc::connection_refused);
    s.turn();
    CHECK(c.is_open());
    CHECK(c.seen->closes == 0);
}

TEST_CASE("a channel of datagrams may end or go in its handle_connect", "[datagram][E1]") {
    const bool destroy = GENERATE(false, true);
    stage s;
    auto peer = s.w.datagram_socket();
    auto c = std::make_unique<udp>(s);
    const auto seen = c->seen;
    c->on_connect = [&](raw& channel) {
        if (destroy)
            c.reset();
        else
            channel.close();
    };
    c->connect(peer.address());
    REQUIRE(peer.send_to("too late", c->local_address()));
    s.turn(2);
    CHECK(seen->connects == 1);
    CHECK(seen->reads == 0);
    CHECK(seen->closes == (destroy ? 0 : 1));
    CHECK(s.w.open_descriptors().size() == (s.uses_epoll() ? 2 : 1));
}

TEST_CASE("a channel without interest in its datagrams is not told of an error for ever",
          "[datagram][E9]") {
    stage s;
    udp c(s);
    c.connect(endpoint::loopback_v4(9));
    c.pause_reading();
    s.turn();
    CHECK(c.send("anybody?").n == 8);
    const auto before = s.loop.counters().events;
    s.turn(10);
    CHECK(s.loop.counters().events - before <= 2);
    c.resume_reading();
    s.turn(2);
    CHECK(c.last.ec == std::errc::connection_refused);
    CHECK(c.is_open());
}

TEST_CASE("what is asked again until it is answered is answered on the worst day",
          "[datagram][chaos]") {
    // A client that repeats its questions and a server that echoes batches.
    const auto seed = GENERATE(from_range(world::seeds(30)));
    CAPTURE(seed);
    stage s({}, seed);
    s.w.set_chaos({.refusals = 0.3, .losses = 0.3, .duplicates = 0.2, .most_delay = 20ms});
    udp server(s);
    server.on_read = [&](raw&) {
        (void)server.recv_batch(server.batch);
        server.want_write(!server.batch.empty());
        server.want_read(server.batch.empty());
    };
    server.on_write = [&](raw&) {
        (void)server.send_batch(server.batch);
        server.want_write(!server.batch.empty());
        server.want_read(server.batch.empty());
    };
    udp client(s);
    client.connect(server.local_address());
    std::set<std::string> missing;
    for (int i = 0; i < 50; ++i)
        missing.insert("question " + std::to_string(i));
    client.on_read = [&](raw&) {
        (void)client.recv_batch(client.batch);
        for (const auto& one : client.batch)
            missing.erase(text_of(one));
    };
    reactor::timer again(s.loop, [&] {
        for (const auto& text : missing)
            (void)client.send(text);
    });
    again.start_every(100ms);
    CHECK(s.w.run_until(
        s.loop, [&] { return missing.empty(); }, 1h));
    CHECK(server.seen->closes + client.seen->closes == 0);
    s.no_findings();
}
