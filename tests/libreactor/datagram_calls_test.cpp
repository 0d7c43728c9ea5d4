// What moving datagrams costs, to the call, and what a failing call does.
#include "libreactor/datagram_stage.hpp"

#include <cerrno>
#include <string>

using namespace sim_test;

TEST_CASE("a batch of datagrams is one system call each way", "[datagram][batch]") {
    const int count = GENERATE(1, 63, 64);
    stage s;
    udp echo(s);
    auto peer = s.w.datagram_socket();
    echo.on_read = [&](raw&) {
        (void)echo.recv_batch(echo.batch);
        (void)echo.send_batch(echo.batch);
    };
    s.turn();
    s.w.reset_counts();
    send_many(peer, echo, count);
    s.turn();
    CHECK(peer.received().size() == static_cast<std::size_t>(count));
    CHECK(s.w.count(call::recvmmsg) == 1);
    CHECK(s.w.count(call::sendmmsg) == 1);
    CHECK(s.w.count(call::recvfrom) + s.w.count(call::sendto) + s.w.count(call::recv) == 0);
    CHECK(s.changes() == 0);
    CHECK(s.loop.counters().reads == 1);
    CHECK(s.loop.counters().sends == 1);
    CHECK(s.loop.counters().bytes_in == s.loop.counters().bytes_out);
    s.no_findings();
}

TEST_CASE("a batch of more than a call moves takes as many calls as it needs",
          "[datagram][batch]") {
    stage s;
    udp c(s, 200);
    auto peer = s.w.datagram_socket();
    send_many(peer, c, 130);
    s.turn(2); // the first one tells the kernel
    CHECK(c.last.n == 130);
    CHECK_FALSE(c.last.ec);
    CHECK(s.w.count(call::recvmmsg) == 3);
    (void)c.send_batch(c.batch);
    CHECK(s.w.count(call::sendmmsg) == 3);
}

TEST_CASE("an idle channel of datagrams costs nothing", "[datagram]") {
    stage s;
    udp c(s);
    s.turn();
    CHECK(s.changes() == s.if_epoll(1));
    s.w.reset_counts();
    s.turn(5);
    CHECK(s.changes() == 0);
    CHECK(c.seen->reads == 0);
    CHECK(s.w.count(call::recvmmsg) == 0);
}

TEST_CASE("what a full socket leaves of a batch stays in order", "[datagram][batch]") {
    stage s;
    udp c(s);
    auto peer = s.w.datagram_socket();
    add_many(c.batch, peer, 10);
    s.w.faults().shorten(call::sendmmsg, 3);
    s.w.faults().fail(call::sendmmsg, EAGAIN, {.nth = 2});
    auto sent = c.send_batch(c.batch);
    CHECK(sent.n == 3);
    CHECK(sent.would_block());
    REQUIRE(c.batch.size() == 7);
    CHECK(text_of(c.batch[0]) == "3");
    REQUIRE(c.batch.add("10", peer.address())); // behind the others, in the room of one that went
    sent = c.send_batch(c.batch);
    CHECK(sent.n == 8);
    CHECK_FALSE(sent.ec);
    REQUIRE(peer.received().size() == 11);
    for (std::size_t i = 0; i < 11; ++i)
        CHECK(peer.received()[i].bytes == std::to_string(i));
}

TEST_CASE("a batch waits for room by writable and handle_write", "[datagram][batch]") {
    stage s;
    udp c(s);
    auto peer = s.w.datagram_socket();
    add_many(c.batch, peer, 4);
    s.w.faults().fail(call::sendmmsg, EAGAIN);
    CHECK(c.send_batch(c.batch).would_block());
    c.on_write = [&](raw&) {
        (void)c.send_batch(c.batch);
        c.want_write(!c.batch.empty());
    };
    c.want_write(true);
    s.turn(2);
    CHECK(peer.received().size() == 4);
    CHECK(c.seen->writes == 1);
    s.no_findings();
}

TEST_CASE("an error in a batch drops one datagram and closes nothing", "[datagram][batch]") {
    const int error = GENERATE(ENOBUFS, EMSGSIZE, EPERM, EHOSTUNREACH, ECONNREFUSED, ENOMEM);
    stage s;
    udp c(s);
    auto peer = s.w.datagram_socket();
    add_many(c.batch, peer, 5);
    s.w.faults().shorten(call::sendmmsg, 2);
    s.w.faults().fail(call::sendmmsg, error, {.nth = 2});
    auto sent = c.send_batch(c.batch);
    CHECK(sent.n == 2);
    CHECK(sent.ec == system_code(error));
    CHECK_FALSE(sent.would_block());
    REQUIRE(c.batch.size() == 2);
    CHECK(text_of(c.batch[0]) == "3");
    sent = c.send_batch(c.batch);
    CHECK(sent.n == 2);
    CHECK(peer.received().size() == 4);
    s.turn();
    CHECK(c.is_open());
    CHECK(c.seen->closes == 0);
}

TEST_CASE("a call that took nothing is as one that found no room", "[datagram][batch]") {
    stage s;
    udp c(s);
    auto peer = s.w.datagram_socket();
    add_many(c.batch, peer, 2);
    s.w.faults().give(call::sendmmsg, 0);
    CHECK(c.send_batch(c.batch).would_block());
    CHECK(c.batch.size() == 2);
}

TEST_CASE("interrupted datagram calls are repeated", "[datagram][E31]") {
    stage s;
    udp c(s);
    auto peer = s.w.datagram_socket();
    for (const auto which : {call::recvfrom, call::sendto, call::recvmmsg, call::sendmmsg})
        s.w.faults().fail(which, EINTR, {.times = 3});
    CHECK(c.send_to("one", peer.address()).n == 3);
    REQUIRE(c.batch.add("two", peer.address()));
    CHECK(c.send_batch(c.batch).n == 1);
    CHECK(peer.received().size() == 2);
    send_many(peer, c, 2);
    endpoint from;
    CHECK(c.recv_from(c.receive_buffer(), from).n == 1);
    CHECK(c.recv_batch(c.batch).n == 1);
    for (const auto which : {call::recvfrom, call::sendto, call::recvmmsg, call::sendmmsg})
        CHECK(s.w.count(which) == 4);
    CHECK(s.w.faults().standing() == 0);
}

TEST_CASE("no error of a single datagram closes its channel", "[datagram]") {
    const int error = GENERATE(ENOBUFS, ECONNREFUSED, EHOSTUNREACH, ENETDOWN, ENOMEM, EMSGSIZE);
    stage s;
    udp c(s);
    auto peer = s.w.datagram_socket();
    c.connect(peer.address());
    s.turn();
    s.w.faults().fail(call::sendto, error, {.times = 2});
    s.w.faults().fail(call::recvfrom, error, {.times = 2});
    CHECK(c.send_to("x", peer.address()).ec == system_code(error));
    CHECK(c.send("x").ec == system_code(error));
    endpoint from;
    CHECK(c.recv_from(c.receive_buffer(), from).ec == system_code(error));
    CHECK(c.recv(c.receive_buffer()).ec == system_code(error));
    s.turn();
    CHECK(c.is_open());
    CHECK(c.seen->closes == 0);
    CHECK(c.send("well").n == 4);
    CHECK(peer.received().size() == 1);
}

TEST_CASE("an error behind the first calls of a batch comes with what they gave",
          "[datagram][batch]") {
    stage s;
    udp c(s, 128);
    auto peer = s.w.datagram_socket();
    send_many(peer, c, 70);
    s.w.faults().fail(call::recvmmsg, EHOSTUNREACH, {.nth = 2});
    s.turn(2);
    CHECK(c.last.n == 64);
    CHECK(c.last.ec == system_code(EHOSTUNREACH));
    CHECK(c.batch.size() == 64);
    s.turn();
    CHECK(c.taken == 70);
    CHECK_FALSE(c.last.ec);
}
