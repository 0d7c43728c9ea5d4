// Datagrams by the batch, and what a flood of them may not do.
#include <reactor/datagram.hpp>
#include <reactor/loop.hpp>

#include "libreactor/conformance/datagrams.hpp"
#include "support/loop_fixture.hpp"
#include "support/socket_pair.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

using datagrams::any_address;
using datagrams::bare_socket;
using datagrams::channel;
using reactor::datagram_batch;
using reactor::endpoint;
using support::loop_fixture;

namespace {

std::string text_of(const reactor::datagram& one) { return {one.bytes.data(), one.bytes.size()}; }

std::vector<std::string> numbered(std::size_t count) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i)
        texts.push_back("number " + std::to_string(i));
    return texts;
}

/// Takes by the batch, and keeps the texts.
struct batch_taker : channel {
    batch_taker(reactor::loop& owner, const endpoint& at, std::size_t count, std::size_t bytes)
        : channel(owner, at), batch(count, bytes) {
        on_read = [this] {
            const auto got = recv_batch(batch);
            CHECK(got.n == batch.size());
            CHECK((got.n > 0 || got.ec));
            for (const auto& one : batch) {
                texts.push_back(text_of(one));
                cut.push_back(one.truncated);
            }
        };
    }
    datagram_batch batch;
    std::vector<std::string> texts;
    std::vector<bool> cut;
};

} // namespace

TEST_CASE("a batch comes with each sender and goes back to each", "[datagram][batch]") {
    const int family = GENERATE(AF_INET, AF_INET6, AF_UNIX);
    if (!support::family_available(family))
        SKIP("no " << support::family_name(family) << " loopback");
    const support::temp_dir directory;
    loop_fixture loop;
    channel server(loop.loop, any_address(family, directory, "server"));
    datagram_batch batch;
    std::size_t echoed = 0;
    server.on_read = [&] {
        (void)server.recv_batch(batch);
        const auto sent = server.send_batch(batch);
        CHECK_FALSE(sent.ec);
        echoed += sent.n;
        CHECK(batch.empty());
    };
    const bare_socket one(any_address(family, directory, "one"));
    const bare_socket two(any_address(family, directory, "two"));
    for (int i = 0; i < 3; ++i) {
        one.send("one " + std::to_string(i), server.local_address());
        two.send("two " + std::to_string(i), server.local_address());
    }
    loop.run_until("all are echoed", [&] { return echoed == 6; });
    CHECK(one.texts() == std::vector<std::string>{"one 0", "one 1", "one 2"});
    CHECK(two.texts() == std::vector<std::string>{"two 0", "two 1", "two 2"});
}

TEST_CASE("a batch may hold more than one system call moves", "[datagram][batch]") {
    loop_fixture loop;
    batch_taker receiver(loop.loop, endpoint::loopback_v4(0), 200, 64);
    channel sender(loop.loop, endpoint::loopback_v4(0));
    sender.connect(receiver.local_address());
    datagram_batch batch(200, 64);
    const auto texts = numbered(150);
    for (const auto& text : texts)
        CHECK(batch.add(text));
    const auto sent = sender.send_batch(batch);
    CHECK(sent.n == 150);
    CHECK_FALSE(sent.ec);
    CHECK(batch.empty());
    loop.run_until("all are there", [&] { return receiver.texts.size() == texts.size(); });
    CHECK(receiver.texts == texts);
}

TEST_CASE("a batch keeps boundaries and empty datagrams and tells which are cut",
          "[datagram][batch]") {
    loop_fixture loop;
    batch_taker receiver(loop.loop, endpoint::loopback_v4(0), 8, 4);
    const bare_socket sender(endpoint::loopback_v4(0));
    for (const auto* text : {"", "four", "fives", ""})
        sender.send(text, receiver.local_address());
    loop.run_until("all are there", [&] { return receiver.texts.size() == 4; });
    CHECK(receiver.texts == std::vector<std::string>{"", "four", "five", ""});
    CHECK(receiver.cut == std::vector<bool>{false, false, true, false});
    CHECK(receiver.eofs == 0);
    CHECK(receiver.is_open());
}

TEST_CASE("what there is no room for stays in the batch and goes when there is",
          "[datagram][batch]") {
    const support::temp_dir directory;
    loop_fixture loop;
    const bare_socket receiver(endpoint::unix_path(directory.file("receiver")));
    channel sender(loop.loop);
    sender.create_socket(AF_UNIX, SOCK_DGRAM);
    sender.connect(receiver.address());
    datagram_batch batch(4000, 16); // more than any system's queue of a UNIX socket
    const auto texts = numbered(4000);
    for (const auto& text : texts)
        REQUIRE(batch.add(text));
    int partial = 0;
    const auto push = [&] {
        const auto before = batch.size();
        const auto sent = sender.send_batch(batch);
        CHECK(batch.size() == before - sent.n);
        CHECK((!sent.ec || sent.would_block()));
        partial += sent.would_block() && sent.n > 0 ? 1 : 0;
        sender.wants_write = !batch.empty();
        sender.interest_changed();
    };
    sender.on_write = push;
    push();
    CHECK(partial == 1);
    std::vector<std::string> got;
    loop.run_until("all went", [&] {
        for (auto& text : receiver.texts())
            got.push_back(std::move(text));
        return got.size() == texts.size();
    });
    CHECK(got == texts);
    CHECK(batch.empty());
}

TEST_CASE("a datagram that fails is dropped and those behind it stay", "[datagram][batch]") {
    loop_fixture loop;
    const bare_socket receiver(endpoint::loopback_v4(0));
    channel sender(loop.loop, endpoint::loopback_v4(0));
    datagram_batch batch(4, 70'000);
    const auto to = receiver.address();
    CHECK(batch.add("first", to));
    CHECK(batch.add(std::string(70'000, 'x'), to));
    CHECK(batch.add("third", to));
    auto sent = sender.send_batch(batch);
    CHECK(sent.n == 1);
    CHECK(sent.ec == std::errc::message_size);
    REQUIRE(batch.size() == 1);
    CHECK(text_of(batch[0]) == "third");
    CHECK(batch.add("fourth", to));
    sent = sender.send_batch(batch);
    CHECK(sent.n == 2);
    CHECK_FALSE(sent.ec);
    CHECK(receiver.texts() == std::vector<std::string>{"first", "third", "fourth"});
    CHECK(sender.is_open());
}

TEST_CASE("datagrams of a batch are cut and readdressed in their place", "[datagram][batch]") {
    loop_fixture loop;
    const bare_socket asker(endpoint::loopback_v4(0));
    const bare_socket other(endpoint::loopback_v4(0));
    channel server(loop.loop, endpoint::loopback_v4(0));
    datagram_batch batch(4, 64);
    bool done = false;
    server.on_read = [&] {
        (void)server.recv_batch(batch);
        for (auto& one : batch) {
            one.bytes = one.bytes.first(3);
            one.bytes[0] = 'X';
            one.peer = other.address();
        }
        done = server.send_batch(batch).n == 1;
    };
    for (int round = 0; round < 2; ++round) { // the room is whole again the second time
        done = false;
        asker.send("abcdef", server.local_address());
        loop.run_until("it went on", [&] { return done; });
        CHECK(other.receive()->text == "Xbc");
    }
    CHECK_FALSE(asker.receive());
}

TEST_CASE("a batch holds nothing when there was nothing", "[datagram][batch]") {
    loop_fixture loop;
    channel c(loop.loop, endpoint::loopback_v4(0));
    datagram_batch batch(4, 64);
    CHECK(batch.add("left from before"));
    const auto got = c.recv_batch(batch);
    CHECK(got.would_block());
    CHECK(got.n == 0);
    CHECK(batch.empty());
    CHECK_FALSE(c.send_batch(batch).ec); // nothing to send: nothing went wrong
    c.close();
    CHECK(c.recv_batch(batch).ec == std::errc::not_connected);
    CHECK(batch.add("kept"));
    CHECK(c.send_batch(batch).ec == std::errc::not_connected);
    CHECK(batch.size() == 1);
}

TEST_CASE("streams have no datagrams", "[datagram][batch]") {
    loop_fixture loop;
    auto pair = support::make_socket_pair(AF_UNIX);
    hooked::dispatcher stream(loop.loop, std::move(pair.ours));
    datagram_batch batch(4, 64);
    endpoint from;
    CHECK(stream.recv_from(stream.receive_buffer(), from).ec == std::errc::wrong_protocol_type);
    CHECK(stream.send_to("x", endpoint::loopback_v4(9)).ec == std::errc::wrong_protocol_type);
    CHECK(stream.recv_batch(batch).ec == std::errc::wrong_protocol_type);
    CHECK(stream.send_batch(batch).ec == std::errc::wrong_protocol_type);
    CHECK(stream.is_open());
}

TEST_CASE("a socket of datagrams given as a stream ends at an empty datagram", "[datagram]") {
    loop_fixture loop;
    std::array<int, 2> pair{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair.data()) == 0);
    const reactor::unique_fd theirs{pair[1]};
    hooked::dispatcher channel(loop.loop);
    channel.set_socket(reactor::unique_fd{pair[0]});
    REQUIRE(::send(theirs.get(), "text", 4, 0) == 4);
    REQUIRE(::send(theirs.get(), "", 0, 0) == 0);
    loop.run_until("the end is seen", [&] { return channel.eofs == 1; });
    CHECK(channel.input == "text");
}

TEST_CASE("lines over datagrams lose the boundaries", "[datagram]") {
    loop_fixture loop;
    const bare_socket peer(endpoint::loopback_v4(0));
    hooked::lines lines(loop.loop);
    lines.create_socket(AF_INET, SOCK_DGRAM);
    lines.connect(peer.address());
    peer.send("one\nand ", lines.local_address());
    peer.send("", lines.local_address());
    peer.send("two\n", lines.local_address());
    loop.run_until("both are there", [&] { return lines.got.size() == 2; });
    CHECK(lines.got == std::vector<std::string>{"one", "and two"});
    CHECK(lines.push("a\n"));
    CHECK(lines.push("b\n"));
    lines.close_when_done();
    loop.run_until("it is closed", [&] { return lines.closes == 1; });
    CHECK(peer.texts() == std::vector<std::string>{"a\nb\n"});
}

TEST_CASE("datagrams go to abstract names and come from them", "[datagram][unix]") {
#ifdef __linux__
    using namespace std::string_literals;
    loop_fixture loop;
    const auto prefix = "@reactor-datagrams-" + std::to_string(::getpid());
    const auto suffix = GENERATE(""s, "\0 with a zero\xff"s);
    const auto name = endpoint::unix_path(prefix + suffix);
    channel server(loop.loop, name);
    CHECK(server.local_address() == name);
    const bare_socket client(endpoint::unix_path(prefix + "-client" + suffix));
    client.send("hello", name);
    loop.run_until("it is there", [&] { return !server.messages.empty(); });
    CHECK(server.messages[0].from == client.address());
    CHECK(server.send_to("hello yourself", server.messages[0].from));
    CHECK(client.receive()->text == "hello yourself");
    server.close();
    loop.iterate();
    CHECK(client.try_send("late", name) == ECONNREFUSED); // the name went with its socket
#else
    SKIP("abstract names are Linux's");
#endif
}

TEST_CASE("a UNIX datagram whose sender has no name can be read and not answered",
          "[datagram][unix]") {
    const support::temp_dir directory;
    loop_fixture loop;
    channel server(loop.loop, endpoint::unix_path(directory.file("server")));
    channel nameless(loop.loop);
    nameless.create_socket(AF_UNIX, SOCK_DGRAM);
    CHECK(nameless.send_to("guess who", server.local_address()));
    loop.run_until("it is there", [&] { return !server.messages.empty(); });
    CHECK(server.messages[0].from == endpoint{});
    CHECK(server.send_to("you", server.messages[0].from).ec);
    CHECK(nameless.send_to("who?", endpoint::unix_path(directory.file("nobody"))).ec ==
          std::errc::no_such_file_or_directory);
    CHECK(server.is_open());
    CHECK(nameless.is_open());
}

TEST_CASE("a flood of datagrams leaves the others their turn", "[datagram][E35]") {
    loop_fixture loop{{.message_budget = 4}};
    channel flooded(loop.loop, endpoint::loopback_v4(0));
    channel other(loop.loop, endpoint::loopback_v4(0));
    const bare_socket sender(endpoint::loopback_v4(0));
    for (const auto& text : numbered(60))
        sender.send(text, flooded.local_address());
    sender.send("me too", other.local_address());
    std::size_t before = 0;
    other.on_read = [&] {
        other.take_all();
        before = flooded.messages.size();
    };
    loop.run_until("the other had its turn", [&] { return !other.messages.empty(); });
    CHECK(before <= 8);
    loop.run_until("nothing is lost", [&] { return flooded.messages.size() == 60; });
}
