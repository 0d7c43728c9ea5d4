// What the original client needs of a server, and what it does to one.

#include <string>

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/wire_client.hpp"

using support::daemon_process;
using support::wire_client;

TEST_CASE("the greeting comes alone in one segment", "[wire][client]") {
    daemon_process daemon;
    for (int i = 0; i < 20; ++i) {
        wire_client client(daemon.endpoint());
        client.expect_segment("Connect Success");
        client.fence();
    }
    daemon.stop();
}

TEST_CASE("each answer to login comes alone in one segment", "[wire][client]") {
    daemon_process daemon;
    auto taken = wire_client::logged_in(daemon.endpoint(), "taken");
    for (int i = 0; i < 20; ++i) {
        wire_client client(daemon.endpoint());
        client.expect_segment("Connect Success");
        client.send("login \n");
        client.expect_segment("UserName Empty");
        client.send("login taken\n");
        client.expect_segment("UserName Exist");
        client.send("login bob" + std::to_string(i) + "\n");
        client.expect_segment("Login Success");
    }
    daemon.stop();
}

TEST_CASE("a refusal comes alone though lines are being said", "[wire][client]") {
    daemon_process daemon;
    auto speaker = wire_client::logged_in(daemon.endpoint(), "taken");
    for (int i = 0; i < 20; ++i) {
        wire_client client(daemon.endpoint());
        client.expect_segment("Connect Success");
        daemon.pause();
        speaker.send("say before\nsay after\n");
        client.send("login taken\n");
        daemon.resume();
        client.expect_segment("UserName Exist");
        speaker.expect("taken: before\ntaken: after\n");
        client.fence();
    }
    daemon.stop();
}

TEST_CASE("a client that tries again on new connections gets in", "[wire][client]") {
    daemon_process daemon;
    auto peer = wire_client::logged_in(daemon.endpoint(), "taken");
    for (const std::string name : {"", "taken", "", "taken"}) {
        wire_client attempt(daemon.endpoint());
        attempt.expect_segment("Connect Success");
        attempt.send("login " + name + "\n");
        attempt.expect_segment(name.empty() ? "UserName Empty" : "UserName Exist");
    }
    auto client = wire_client::logged_in(daemon.endpoint(), "bob");
    peer.expect("bob has entered the room.\n");
    client.fence();
    peer.fence();
    daemon.stop();
}

TEST_CASE("a session of the original client goes as recorded", "[wire][client]") {
    daemon_process daemon;
    auto peer = wire_client::logged_in(daemon.endpoint(), "taken");
    auto client = wire_client::logged_in(daemon.endpoint(), "bob");
    peer.expect("bob has entered the room.\n");
    peer.send("say hello \xe4\xbd\xa0\xe5\xa5\xbd\n");
    client.expect("taken: hello \xe4\xbd\xa0\xe5\xa5\xbd\n");
    client.send("say hi all \xe4\xbd\xa0\n");
    client.expect("bob: hi all \xe4\xbd\xa0\n");
    client.send("look\n");
    client.expect("Online Users:\ntaken\nbob\n");
    peer.expect("taken: hello \xe4\xbd\xa0\xe5\xa5\xbd\nbob: hi all \xe4\xbd\xa0\n");
    peer.close();
    client.expect("taken has left the room.\n");
    client.send("logout\n");
    client.expect_eof();
    daemon.stop();
}

TEST_CASE("telnet bytes in front of the login are no part of it", "[wire][client]") {
    daemon_process daemon;
    wire_client client(daemon.endpoint());
    client.expect_segment("Connect Success");
    client.send(std::string("\xff\xfe\x03") + "login bob\n");
    client.expect_segment("Login Success");
    client.send("look\n");
    client.expect("Online Users:\nbob\n");
    daemon.stop();
}

TEST_CASE("no byte that a telnet client would act on is passed on", "[wire][client]") {
    daemon_process daemon;
    auto peer = wire_client::logged_in(daemon.endpoint(), "peer");
    auto client = wire_client::logged_in(daemon.endpoint(), "client");
    peer.read_to_fence();
    std::string line = "say ";
    for (int byte = 1; byte < 256; ++byte) {
        if (byte != '\n')
            line += static_cast<char>(byte);
    }
    client.fence();
    client.send(line + "end\nsay done\n");
    const std::string heard = peer.read_until("client: done\n");
    CHECK(heard.find('\xff') == std::string::npos);
    CHECK(heard.find('\x11') == std::string::npos);
    CHECK(heard.find('\x1b') == std::string::npos);
    CHECK(heard.find("client: ") == 0);
    daemon.stop();
}
