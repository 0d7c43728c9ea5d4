// What a transport between a channel and its socket must be asked, and when.  Beside these the
// whole suite of channels runs through the same transport (`reactor_records`).
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"
#include "support/record_transport.hpp"

#include "hooked_channels.hpp"

#include <reactor/broadcast.hpp>
#include <reactor/error.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::record_transport;
using support::scripted_peer;

namespace {

constexpr std::size_t megabyte = std::size_t{1} << 20;

struct transport_test : loop_fixture {
    explicit transport_test(int family = AF_UNIX, int buffer_bytes = 0)
        : pair(make_socket_pair(family, buffer_bytes)) {
        pump({&peer});
        auto made = std::make_unique<record_transport>();
        layer = made.get();
        channel.set_transport(std::move(made));
    }
    void start() {
        run_until("the connection stands", [this] { return channel.connected(); });
    }

    support::socket_pair pair;
    hooked::lines channel{loop, std::move(pair.ours)};
    scripted_peer peer{std::move(pair.theirs), std::make_unique<record_transport>()};
    record_transport* layer = nullptr;
};

/// One whose peer says nothing unless the test does.
struct silent_test : loop_fixture {
    silent_test() { channel.set_transport(std::make_unique<record_transport>()); }

    support::socket_pair pair = make_socket_pair(AF_UNIX);
    hooked::lines channel{loop, std::move(pair.ours)};
};

} // namespace

TEST_CASE("a channel is connected once its transport has started", "[plain][transport]") {
    transport_test t;
    CHECK(t.channel.connecting());
    CHECK_FALSE(t.channel.connected());
    CHECK(t.channel.connects == 0);
    t.channel.push("early\n");
    t.start();
    CHECK(t.channel.connects == 1);
    t.run_until("it is read", [&] { return t.peer.received() == "early\n"; });
    t.peer.send("hello\n");
    t.run_until("it is read", [&] { return t.channel.got == strings{"hello"}; });
}

TEST_CASE("much goes through a transport both ways", "[plain][transport]") {
    const int family = GENERATE(AF_INET, AF_UNIX);
    const int buffer = GENERATE(0, 32768); // with less, TCP waits for its timers at each turn
    transport_test t(family, buffer);
    std::size_t bytes = 0;
    t.channel.on_line = [&](std::string_view line) { bytes += line.size() + 1; };
    // One after the other: when both sides owe receipts and neither has room, neither reads.
    t.channel.push(std::string(megabyte / 2, 'o'));
    t.run_until("the peer has all", [&] { return t.peer.received().size() == megabyte / 2; });
    CHECK(t.peer.received() == std::string(megabyte / 2, 'o'));
    for (std::size_t i = 0; i < megabyte / 2 / 512; ++i)
        t.peer.send(std::string(511, 'i') + '\n');
    t.run_until("the channel has all", [&] { return bytes == megabyte / 2; });
}

TEST_CASE("records that wait inside a transport need no word of the kernel", "[plain][transport]") {
    transport_test t;
    t.start();
    t.peer.send("one\n");
    t.peer.send("two\n");
    t.peer.send("three\n");
    SECTION("one after another") {}
    SECTION("behind a pause") {
        t.channel.on_line = [&](std::string_view) { t.channel.pause_reading(); };
        t.run_until("one is read", [&] { return t.channel.got.size() == 1; });
        t.iterate(5);
        CHECK(t.channel.got == strings{"one"});
        t.channel.resume_reading();
        t.run_until("another is read", [&] { return t.channel.got.size() == 2; });
        t.channel.on_line = {};
        t.channel.resume_reading();
    }
    t.run_until("all are read", [&] { return t.channel.got.size() == 3; });
    CHECK(t.channel.got == strings{"one", "two", "three"});
}

TEST_CASE("a transport that must write in order to read is given room and not turns",
          "[plain][transport]") {
    transport_test t(AF_UNIX, 4096);
    t.start();
    t.peer.send("first\n"); // a receipt is due after it, and leaves
    t.run_until("it is read", [&] { return t.channel.got.size() == 1; });
    t.peer.never_read();
    while (t.channel.output_size() == 0) { // until the socket is full
        t.channel.push_exempt(std::string(1000, 'f'));
        t.iterate();
    }
    for (int i = 0; i < 100; ++i) // another receipt is due among them
        t.peer.send("more\n");
    t.run_until("it cannot go on", [&] { return t.layer->writes_to_read() > 0; });
    const auto got = t.channel.got.size();
    const auto tries = t.layer->writes_to_read();
    const auto events = t.counters().events;
    t.iterate(50);
    CHECK(t.channel.got.size() == got);
    CHECK(t.layer->writes_to_read() - tries < 5);
    CHECK(t.counters().events - events < 5);
    t.peer.read_again();
    t.run_until("all is read", [&] { return t.channel.got.size() == 101; });
}

TEST_CASE("close_when_done lets a transport say its end behind all output", "[plain][transport]") {
    const int buffer = GENERATE(0, 4096);
    transport_test t(AF_UNIX, buffer);
    t.channel.push(std::string(100'000, 'x'));
    t.channel.close_when_done();
    t.run_until("the end is read", [&] { return t.peer.ended(); });
    CHECK(t.peer.received().size() == 100'000);
    CHECK(t.peer.error() == 0);
    t.peer.close();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK_FALSE(t.channel.reason);
}

TEST_CASE("an end that waits for room is said when there is some", "[plain][transport]") {
    transport_test t(AF_UNIX, 4096);
    t.start();
    t.peer.never_read();
    while (t.layer->owed() == 0) {
        t.channel.push_exempt(std::string(100, 'f'));
        t.iterate();
    }
    CHECK(t.channel.output_size() == 0); // so it is the transport's turn
    SECTION("of the channel") { t.channel.close_when_done(); }
    SECTION("of our side") { t.channel.shutdown_write(); }
    t.peer.send("late\n");
    t.iterate(3);
    const auto events = t.counters().events;
    t.iterate(20);
    CHECK(t.counters().events == events);
    CHECK(t.channel.is_open());
    t.peer.read_again();
    t.run_until("the end is read", [&] { return t.peer.ended(); });
    CHECK(t.peer.error() == 0);
}

TEST_CASE("input is left alone while an ending channel's transport waits for room",
          "[plain][transport]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX, 4096);
    hooked::dispatcher channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs), std::make_unique<record_transport>());
    f.pump({&peer});
    auto made = std::make_unique<record_transport>();
    const auto& layer = *made;
    channel.set_transport(std::move(made));
    f.run_until("the connection stands", [&] { return channel.connected(); });
    peer.never_read();
    while (layer.owed() == 0)
        (void)channel.send(std::string(100, 'f'));
    channel.close_when_done();
    f.iterate(3);
    peer.send("late\n");
    f.iterate(3);
    const auto events = f.counters().events;
    f.iterate(20);
    CHECK(f.counters().events == events);
    CHECK(channel.is_open());
    peer.read_again();
    f.run_until("the end is read", [&] { return peer.ended(); });
    CHECK(peer.error() == 0);
}

TEST_CASE("an end that nobody proved is an error and a proven one is the end",
          "[plain][transport]") {
    transport_test t;
    t.start();
    SECTION("a bare end") {
        ::shutdown(t.peer.fd(), SHUT_WR);
        t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
        CHECK(t.channel.eofs == 0);
        CHECK(t.channel.reason == std::errc::connection_reset);
    }
    SECTION("one that was said") {
        t.peer.half_close();
        t.run_until("the end is seen", [&] { return t.channel.eofs == 1; });
    }
}

TEST_CASE("the time-out of a connect covers the transport's start", "[plain][transport]") {
    loop_fixture f;
    support::listening_socket mute(AF_INET);
    hooked::lines channel(f.loop);
    channel.create_socket(AF_INET);
    channel.set_transport(std::make_unique<record_transport>());
    channel.connect(mute.address(), 200ms);
    f.run_until("it gives up", [&] { return channel.closes == 1; });
    CHECK(channel.connects == 0);
    CHECK(channel.reason == std::errc::timed_out);
}

TEST_CASE("a deadline of one's own goes on while a transport starts", "[plain][transport]") {
    silent_test t;
    int timeouts = 0;
    t.channel.on_timeout = [&] { ++timeouts; };
    t.channel.set_deadline(1ms);
    t.run_until("it is due", [&] { return timeouts == 1; });
    CHECK(t.channel.connecting());
    scripted_peer peer(std::move(t.pair.theirs), std::make_unique<record_transport>());
    t.pump({&peer});
    t.channel.set_deadline(1ms);
    t.run_until("it is due as well", [&] { return timeouts == 2; });
    t.run_until("the connection stands", [&] { return t.channel.connected(); });
}

TEST_CASE("a peer that does not greet makes nobody turn", "[plain][transport]") {
    silent_test t;
    t.iterate(5);
    const auto events = t.counters().events;
    t.iterate(50);
    CHECK(t.counters().events - events < 5);
    CHECK(t.channel.connecting());
}

TEST_CASE("a greeting that is none ends the channel", "[plain][transport]") {
    silent_test t;
    scripted_peer peer(std::move(t.pair.theirs), nullptr);
    t.pump({&peer});
    peer.send("GET / HTTP/1.0\r\n\r\n and so on, until there is a record of it");
    peer.send(std::string(70'000, 'x'));
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.reason == std::errc::protocol_error);
    CHECK(t.channel.connects == 0);
}

TEST_CASE("a transport works on a connection made by name", "[plain][transport]") {
    loop_fixture f;
    support::listening_socket listener(AF_INET);
    hooked::lines channel(f.loop);
    channel.connect(reactor::host_port{"127.0.0.1", listener.address().port()}, 10s);
    channel.set_transport(std::make_unique<record_transport>());
    channel.push("hello\n");
    std::unique_ptr<scripted_peer> peer;
    f.run_until("it connects", [&] {
        pollfd waiting{listener.fd(), POLLIN, 0};
        return ::poll(&waiting, 1, 0) == 1;
    });
    peer = std::make_unique<scripted_peer>(listener.accept(), std::make_unique<record_transport>());
    f.pump({peer.get()});
    f.run_until("the line is there", [&] { return peer->received() == "hello\n"; });
    CHECK(channel.connects == 1);
}

TEST_CASE("what was published before a transport started comes when it has", "[plain][transport]") {
    transport_test t;
    reactor::broadcast stream(t.loop);
    reactor::subscription share(t.channel);
    CHECK(share.join(stream));
    stream.publish("news\n");
    t.run_until("it is read", [&] { return t.peer.received() == "news\n"; });
    stream.publish("more\n");
    t.run_until("it is read", [&] { return t.peer.received() == "news\nmore\n"; });
    stream.publish("and more\n"); // now that the stream knows the channel
    t.run_until("it is read", [&] { return t.peer.received() == "news\nmore\nand more\n"; });
}

TEST_CASE("input that came in clear does not pass for the transport's", "[plain][transport]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::lines channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs), nullptr);
    f.pump({&peer});
    channel.on_line = [&](std::string_view line) {
        if (line == "STARTTLS")
            channel.set_transport(std::make_unique<record_transport>());
    };
    peer.send("STARTTLS\nMAIL FROM: an attacker\n"); // in one segment: CVE-2011-0411
    f.run_until("the command is read", [&] { return channel.got.size() == 1; });
    f.pump({}); // what comes now is for the transport
    record_transport theirs;
    f.run_until("both have started",
                [&] { return !theirs.start(peer.fd()).ec && channel.connected(); });
    const std::string line = "in records\n";
    const iovec piece{const_cast<char*>(line.data()), line.size()}; // only read
    CHECK(theirs.send_some({&piece, 1}).n == line.size());
    f.run_until("it is read", [&] { return channel.got.size() == 2; });
    CHECK(channel.got == strings{"STARTTLS", "in records"});
}

TEST_CASE("a channel that cannot have a transport says why", "[plain][transport][bad_use]") {
    loop_fixture f;
    std::error_code ec;
    const auto refused = [&](reactor::dispatcher& channel) {
        channel.set_transport(std::make_unique<record_transport>(), ec);
        return ec;
    };
    hooked::lines closed(f.loop);
    CHECK(refused(closed) == reactor::errc::not_open);

    hooked::dispatcher listener(f.loop);
    listener.listen_on(*reactor::endpoint::parse("127.0.0.1:0"));
    CHECK(refused(listener) == std::errc::operation_not_supported);

    hooked::dispatcher datagrams(f.loop);
    datagrams.create_socket(AF_INET, SOCK_DGRAM);
    CHECK(refused(datagrams) == std::errc::operation_not_supported);

    auto pair = make_socket_pair(AF_UNIX);
    hooked::lines channel(f.loop, std::move(pair.ours));
    channel.push("220 go ahead\r\n");
    CHECK(refused(channel) == std::errc::device_or_resource_busy);
    f.iterate(2);
    channel.set_transport(nullptr, ec);
    CHECK(ec == std::errc::invalid_argument);
    CHECK_FALSE(refused(channel));
    CHECK(refused(channel) == std::errc::device_or_resource_busy);
    CHECK_THROWS_AS(channel.set_transport(std::make_unique<record_transport>()), std::system_error);

    auto ending_pair = make_socket_pair(AF_UNIX);
    hooked::lines ending(f.loop, std::move(ending_pair.ours));
    ending.close_when_done();
    CHECK(refused(ending) == std::errc::operation_not_supported);
}

TEST_CASE("what a receive outside of handlers leaves in a transport comes by itself",
          "[plain][transport]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::dispatcher channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs), std::make_unique<record_transport>());
    f.pump({&peer});
    channel.set_transport(std::make_unique<record_transport>());
    int reads = 0;
    channel.on_read = [&] { ++reads; }; // leaves it to the test
    f.run_until("the connection stands", [&] { return channel.connected(); });
    peer.send("abc");
    f.run_until("the record is there", [&] { return reads > 0; });
    char first = 0;
    CHECK(channel.recv({&first, 1}).n == 1);
    std::string rest;
    channel.on_read = [&] {
        char next = 0;
        if (channel.recv({&next, 1}).n == 1)
            rest += next;
    };
    f.run_until("the others are read", [&] { return rest.size() == 2; });
    CHECK(first + rest == "abc");
}
