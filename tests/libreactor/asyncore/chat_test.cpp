// test_asynchat.py's scenarios: a client of an echo server that answers in pieces.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "libreactor/conformance/hooked_channels.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

using strings = std::vector<std::string>;
using support::loop_fixture;
using support::scripted_peer;

namespace {

/// A client that is connected to an echo server; the server is the test itself.
struct echo_test : loop_fixture {
    explicit echo_test(int family = AF_INET) : listener(family) {
        client.create_socket(family);
        client.connect(listener.address());
        server.emplace(listener.accept());
        pump({&*server});
    }

    /// The server collects up to `QUIT`, sends it back `chunk` bytes at a time and closes.
    void echo(std::size_t chunk = 0) {
        run_until("the server has it all", [&] { return server->received().ends_with("QUIT\n"); });
        const auto text = server->received().substr(0, server->received().size() - 5);
        const auto step = chunk == 0 ? std::max<std::size_t>(text.size(), 1) : chunk;
        for (std::size_t at = 0; at < text.size(); at += step)
            deliver(*server, text.substr(at, step));
        server->close();
        run_until("the client ends", [&] { return client.closes == 1; });
    }

    /// Messages as test_asynchat's client keeps them: pieces joined up to each terminator.
    strings messages() const {
        strings all;
        std::string text;
        for (const auto& call : client.got) {
            if (call == "FOUND")
                all.push_back(std::exchange(text, {}));
            else
                text += call;
        }
        return all;
    }
    std::string unfinished() const {
        std::string text;
        for (const auto& call : client.got)
            text = call == "FOUND" ? std::string{} : text + call;
        return text;
    }

    support::listening_socket listener;
    hooked::pieces client{loop};
    std::optional<scripted_peer> server;
};

void lines_arrive(const std::string& terminator, int family) {
    if (!support::family_available(family))
        SKIP("no " << support::family_name(family) << " here");
    for (std::size_t chunk = 1; chunk <= 3; ++chunk) {
        CAPTURE(chunk);
        echo_test t(family);
        t.client.set_terminator(terminator);
        t.client.push("hello ");
        t.client.push("world" + terminator);
        t.client.push("I'm not dead yet!" + terminator);
        t.client.push("QUIT\n");
        t.echo(chunk);
        CHECK(t.messages() == strings{"hello world", "I'm not dead yet!"});
    }
}

} // namespace

TEST_CASE("lines that end in LF arrive whole in chunks of 1 to 3", "[asyncore][32]") {
    lines_arrive("\n", GENERATE(AF_INET, AF_INET6, AF_UNIX));
}

TEST_CASE("lines that end in CR LF arrive whole in chunks of 1 to 3", "[asyncore][33]") {
    lines_arrive("\r\n", GENERATE(AF_INET, AF_INET6, AF_UNIX));
}

TEST_CASE("lines that end in qqq arrive whole in chunks of 1 to 3", "[asyncore][34]") {
    lines_arrive("qqq", GENERATE(AF_INET, AF_INET6, AF_UNIX));
}

TEST_CASE("a terminator of one byte makes a message of exactly the first", "[asyncore][35]") {
    echo_test t;
    t.client.set_terminator(std::size_t{1});
    t.client.push("hello world, I'm not dead yet!\n");
    t.client.push("QUIT\n");
    t.echo();
    CHECK(t.messages() == strings{"h"});
}

TEST_CASE("a terminator of six bytes makes a message of exactly the first six", "[asyncore][36]") {
    echo_test t;
    t.client.set_terminator(std::size_t{6});
    t.client.push("hello world, I'm not dead yet!\n");
    t.client.push("QUIT\n");
    t.echo(4);
    CHECK(t.messages() == strings{"hello "});
}

TEST_CASE("without a terminator all is collected and no message found", "[asyncore][37]") {
    echo_test t;
    t.client.clear_terminator();
    t.client.push("hello world, I'm not dead yet!\n");
    t.client.push("QUIT\n");
    t.echo();
    CHECK(t.messages().empty());
    CHECK(t.unfinished() == "hello world, I'm not dead yet!\n");
}

TEST_CASE("a simple producer sends everything in order", "[asyncore][38]") {
    echo_test t;
    t.client.set_terminator("\n");
    t.client.push_with_producer(
        std::make_unique<reactor::simple_producer>("hello world\nI'm not dead yet!\nQUIT\n", 8));
    t.echo();
    CHECK(t.messages() == strings{"hello world", "I'm not dead yet!"});
}

// asynchat takes a string for a producer; here that is what push is for.
TEST_CASE("a producer of one piece sends everything", "[asyncore][39]") {
    echo_test t;
    const std::string data = "hello world\nI'm not dead yet!\nQUIT\n";
    t.client.set_terminator("\n");
    t.client.push_with_producer(std::make_unique<reactor::simple_producer>(data, data.size()));
    t.echo();
    CHECK(t.messages() == strings{"hello world", "I'm not dead yet!"});
}

TEST_CASE("an empty line is a message of its own", "[asyncore][40]") {
    echo_test t;
    t.client.set_terminator("\n");
    t.client.push("hello world\n\nI'm not dead yet!\n");
    t.client.push("QUIT\n");
    t.echo();
    CHECK(t.messages() == strings{"hello world", "", "I'm not dead yet!"});
}

TEST_CASE("close_when_done sends both pushes and hands nothing over any more", "[asyncore][41]") {
    echo_test t;
    t.client.set_terminator("\n");
    t.client.push("hello world\nI'm not dead yet!\n");
    t.client.push("QUIT\n");
    t.client.close_when_done();
    t.run_until("the server has it all", [&] { return t.server->ended(); });
    t.server->send("nobody listens\n");
    t.server->close();
    t.run_until("the client ends", [&] { return t.client.closes == 1; });
    CHECK_FALSE(t.client.reason);
    CHECK(t.server->received() == "hello world\nI'm not dead yet!\nQUIT\n");
    CHECK(t.client.got.empty());
}

// asynchat refuses int and str at run time; here only bytes fit.
TEST_CASE("push takes whatever is a view of bytes", "[asyncore][42]") {
    static_assert(!std::is_invocable_v<decltype(&reactor::async_chat::push), hooked::pieces&, int>);
    echo_test t;
    t.client.set_terminator("\n");
    const std::string text = "bytes\n";
    const std::vector<char> array{'b', 'y', 't', 'e', 'a', 'r', 'r', 'a', 'y', '\n'};
    const std::string_view view = "memoryview, cut here\n";
    CHECK(t.client.push(text));
    CHECK(t.client.push({array.data(), array.size()}));
    CHECK(t.client.push(view.substr(0, 10)));
    CHECK(t.client.push("\nQUIT\n"));
    t.echo();
    CHECK(t.messages() == strings{"bytes", "bytearray", "memoryview"});
}

TEST_CASE("a receive that would block is no error of the channel", "[asyncore][43][defect16]") {
    struct eager : hooked::pieces {
        using pieces::handle_read;
        using pieces::pieces;
    };
    loop_fixture f;
    auto pair = support::make_socket_pair(AF_INET);
    eager channel(f.loop, std::move(pair.ours));
    channel.handle_read(); // nothing is there
    f.iterate(3);
    CHECK(channel.is_open());
    CHECK(channel.errors.empty());
    CHECK(channel.got.empty());
    char buffer[8];
    const auto result = channel.recv(buffer);
    CHECK(result.would_block());
    CHECK_FALSE(result);
    CHECK(channel.is_open());
}

TEST_CASE("the terminator's beginning at the end of a read is kept back", "[asyncore][44]") {
    loop_fixture f;
    auto pair = support::make_socket_pair(AF_UNIX);
    hooked::pieces channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    channel.set_terminator("\r\n");
    f.deliver(peer, "qwertydkjf");
    CHECK(channel.got == strings{"qwertydkjf"});
    CHECK(channel.held_input().empty());
    f.deliver(peer, "qwerty\r");
    CHECK(channel.got == strings{"qwertydkjf", "qwerty"});
    CHECK(channel.held_input() == "\r");
}
