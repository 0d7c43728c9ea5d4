// The deliberate differences that a transcript cannot show.

#include <string>

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/wire_client.hpp"

using support::daemon_process;
using support::wire_client;

TEST_CASE("a browser's whole request is answered by the end alone", "[wire][differences]") {
    daemon_process daemon;
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    for (const std::string method : {"GET", "POST", "PUT"}) {
        wire_client browser(daemon.endpoint());
        browser.expect("Connect Success");
        browser.send(method + " / HTTP/1.1\r\nHost: localhost\r\n\r\nlogin mallory\nsay hi\n");
        browser.expect_closed();
    }
    alice.fence();
    daemon.stop();
}

TEST_CASE("a browser that sends before it is greeted is closed", "[wire][differences]") {
    daemon_process daemon;
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    wire_client browser(daemon.endpoint());
    browser.send("POST / HTTP/1.1\r\n\r\nlogin mallory\n");
    const std::string heard = browser.read_to_close();
    CHECK(std::string("Connect Success").starts_with(heard));
    alice.fence();
    daemon.stop();
}

TEST_CASE("a character may be cut by segments anywhere", "[wire][differences]") {
    daemon_process daemon;
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    auto bob = wire_client::logged_in(daemon.endpoint(), "bob");
    alice.expect("bob has entered the room.\n");
    const std::string text = "\xf0\x9f\x8e\x89\xe4\xbd\xa0\xc3\xa9";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        bob.send("say " + text.substr(0, cut));
        alice.fence();
        bob.send(text.substr(cut) + "\n");
        alice.expect("bob: " + text + "\n");
        bob.expect("bob: " + text + "\n");
    }
    daemon.stop();
}

TEST_CASE("every single byte in a line leaves the session alive", "[wire][differences]") {
    daemon_process daemon({"--flood-rate", "0"});
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        alice.send(std::string("say x") + c + "\n");
        alice.read_until("alice: x");
        alice.read_to_fence();
        alice.send(std::string(1, c) + "\n");
        alice.read_to_fence();
        alice.send(std::string(2, c) + "ok\n");
        alice.read_to_fence();
    }
    alice.send("look\n");
    alice.expect("Online Users:\nalice\n");
    daemon.stop();
}

TEST_CASE("every single byte before a login leaves the connection alive", "[wire][differences]") {
    daemon_process daemon;
    for (int byte = 0; byte < 256; ++byte) {
        wire_client client(daemon.endpoint());
        client.expect("Connect Success");
        client.send(std::string(1, static_cast<char>(byte)) + "\n");
        client.read_to_fence();
        client.send("login bob\n");
        client.expect_segment("Login Success");
        client.send("logout\n");
        client.expect_eof();
    }
    daemon.stop();
}

TEST_CASE("a telnet sequence may be cut by segments anywhere", "[wire][differences]") {
    daemon_process daemon;
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    auto bob = wire_client::logged_in(daemon.endpoint(), "bob");
    alice.expect("bob has entered the room.\n");
    const std::string text = "say a\xff\xfd\x03"
                             "b\xff\xfa\x18\xff\xff\x01\xff\xf0"
                             "c\xff\xf1"
                             "d\n";
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
        bob.send(text.substr(0, cut));
        alice.fence();
        bob.send(text.substr(cut));
        alice.expect("bob: abcd\n");
        bob.expect("bob: abcd\n");
    }
    daemon.stop();
}

TEST_CASE("negotiation is never answered", "[wire][differences]") {
    daemon_process daemon;
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    for (int option = 0; option < 255; ++option) {
        if (option == '\n')
            continue;
        for (const char verb : {'\xfb', '\xfc', '\xfd', '\xfe'})
            alice.send(std::string("\xff") + verb + static_cast<char>(option));
    }
    alice.fence();
    daemon.stop();
}
