// Limits that can be seen from outside.

#include <chrono>
#include <string>
#include <vector>

#include "chatd/spoken_lines.hpp"
#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/wire_client.hpp"

using support::daemon_process;
using support::wire_client;

TEST_CASE("a connection past the limit gets another text than the greeting and is closed",
          "[wire][limits]") {
    daemon_process daemon({"--max-connections", "2"});
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    auto bob = wire_client::logged_in(daemon.endpoint(), "bob");
    alice.expect("bob has entered the room.\n");
    for (int i = 0; i < 10; ++i) {
        wire_client third(daemon.endpoint());
        const std::string text = third.read_to_eof();
        CHECK_FALSE(text.empty());
        CHECK_FALSE(std::string("Connect Success").starts_with(text));
        CHECK_FALSE(text.starts_with("Connect Success"));
    }
    alice.fence();
    bob.fence();
    daemon.stop();
}

TEST_CASE("a place below the connection limit is free when somebody has left", "[wire][limits]") {
    daemon_process daemon({"--max-connections", "2"});
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    auto bob = wire_client::logged_in(daemon.endpoint(), "bob");
    bob.fence();
    bob.close();
    alice.expect("bob has entered the room.\nbob has left the room.\n");
    support::wait_until("the place is free", [&] {
        wire_client next(daemon.endpoint());
        return next.read_segment() == "Connect Success";
    });
    alice.fence();
    daemon.stop();
}

TEST_CASE("limits by address exempt the loopback", "[wire][limits]") {
    daemon_process daemon({"--per-address", "1", "--connect-rate", "1"});
    std::vector<wire_client> clients;
    for (int i = 0; i < 40; ++i) {
        clients.emplace_back(daemon.endpoint());
        clients.back().expect_segment("Connect Success");
    }
    daemon.stop();
}

TEST_CASE("who does not log in is closed after the login timeout", "[wire][limits]") {
    daemon_process daemon({"--login-timeout", "1"});
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    wire_client silent(daemon.endpoint());
    wire_client asking(daemon.endpoint());
    silent.expect("Connect Success");
    asking.expect("Connect Success");
    asking.send("login\nfoo\n");
    asking.expect("UserName EmptyUnknown command foo \n");
    silent.expect_closed();
    asking.expect_closed();
    alice.fence();
    daemon.stop();
}

TEST_CASE("who sends too much before login is closed", "[wire][limits]") {
    daemon_process daemon({"--login-bytes", "1024"});
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    std::string words;
    for (int i = 0; i < 500; ++i)
        words += "word\n";
    wire_client talker(daemon.endpoint());
    talker.expect("Connect Success");
    talker.send(words);
    const std::string answers = talker.read_to_close();
    CHECK(answers.size() < std::string("Unknown command word \n").size() * 500);
    alice.send(words.substr(0, 1000));
    alice.read_to_fence();
    daemon.stop();
}

TEST_CASE("a line too long is answered once and the session lives", "[wire][limits]") {
    daemon_process daemon;
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    auto bob = wire_client::logged_in(daemon.endpoint(), "bob");
    alice.expect("bob has entered the room.\n");
    bob.fence();
    const std::string fitting(8000, 'x');
    bob.send("say " + fitting + "\n");
    alice.expect("bob: " + fitting + "\n");
    bob.expect("bob: " + fitting + "\n");
    for (const std::size_t size : {std::size_t{9000}, std::size_t{40000}}) {
        bob.send("say " + std::string(size, 'x') + "\n");
        bob.expect("Line too long\n");
        bob.fence();
    }
    bob.send("say back\n");
    alice.expect("bob: back\n");
    alice.fence();
    daemon.stop();
}

TEST_CASE("the longest line is an option", "[wire][limits]") {
    daemon_process daemon({"--max-line", "512"});
    auto bob = wire_client::logged_in(daemon.endpoint(), "bob");
    bob.send("say " + std::string(400, 'x') + "\n");
    bob.expect("bob: " + std::string(400, 'x') + "\n");
    bob.send_bytewise("say " + std::string(1000, 'x') + "\nsay next\n");
    bob.expect("Line too long\nbob: next\n");
    bob.fence();
    daemon.stop();
}

TEST_CASE("a login line too long is answered as a name that is taken", "[wire][limits]") {
    daemon_process daemon({"--max-line", "512"});
    wire_client client(daemon.endpoint());
    client.expect("Connect Success");
    client.send("login " + std::string(1000, 'x') + "\n");
    client.expect_segment("UserName Exist");
    client.fence();
    client.send("login x\n");
    client.expect_segment("Login Success");
    daemon.stop();
}

TEST_CASE("a name too long is taken and the log tells why", "[wire][limits]") {
    daemon_process daemon({"--max-name", "8"});
    wire_client client(daemon.endpoint());
    client.expect("Connect Success");
    const std::size_t before = daemon.log().size();
    client.send("login 123456789\n");
    client.expect_segment("UserName Exist");
    support::wait_until("the log has grown", [&] { return daemon.log().size() > before; });
    client.send("login 12345678\n");
    client.expect_segment("Login Success");
    daemon.stop();
}

TEST_CASE("strict names have no colons and no look-alikes", "[wire][limits]") {
    daemon_process daemon({"--strict-names"});
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    wire_client client(daemon.endpoint());
    client.expect("Connect Success");
    client.send("login alice: hi\n");
    client.expect_segment("UserName Exist");
    // U+0430 looks like the Latin a.
    client.send("login \xd0\xb0lice\n");
    client.expect_segment("UserName Exist");
    client.send("login bob smith\n");
    client.expect_segment("Login Success");
    alice.expect("bob smith has entered the room.\n");
    alice.fence();
    daemon.stop();
}

TEST_CASE("who types too fast waits and loses nothing", "[wire][limits][flood]") {
    daemon_process daemon;
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    auto bob = wire_client::logged_in(daemon.endpoint(), "bob");
    alice.expect("bob has entered the room.\n");
    bob.fence();
    const auto begin = support::test_clock::now();
    bob.send(says(320));
    // Another is not made to wait.
    alice.send("look\n");
    alice.read_until("Online Users:\nalice\nbob\n");
    bob.expect(heard_of("bob", 320));
    // 256 at once, 50 a second then: 1.3 s less what came in before the clock was read.
    CHECK(support::test_clock::now() - begin > std::chrono::milliseconds(700));
    bob.fence();
    daemon.stop();
}

TEST_CASE("flood control can be switched off", "[wire][limits][flood]") {
    daemon_process daemon({"--flood-rate", "0"});
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    auto bob = wire_client::logged_in(daemon.endpoint(), "bob");
    alice.expect("bob has entered the room.\n");
    bob.send(says(5000));
    bob.expect(heard_of("bob", 5000));
    alice.expect(heard_of("bob", 5000));
    daemon.stop();
}

TEST_CASE("a room that is full of talk makes its speakers wait and nobody else",
          "[wire][limits][flood]") {
    daemon_process daemon({"--room-rate", "1000"});
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    auto bob = wire_client::logged_in(daemon.endpoint(), "bob");
    alice.expect("bob has entered the room.\n");
    bob.fence();
    const std::string text(593, 'x'); // 600 bytes a line with the name
    const auto begin = support::test_clock::now();
    bob.send("say " + text + "\nsay " + text + "\nsay " + text + "\n");
    // Who only listens and asks is not made to wait.
    alice.send("look\n");
    alice.read_until("Online Users:\nalice\nbob\n");
    bob.expect("bob: " + text + "\nbob: " + text + "\nbob: " + text + "\n");
    // 1000 bytes at once, 1000 a second then: the third line comes when the first two are paid for.
    CHECK(support::test_clock::now() - begin > std::chrono::milliseconds(150));
    bob.fence();
    daemon.stop();
}
