// A peer whose machine is gone: the system says so in place of its next bytes.
#include "chatd/server.hpp"
#include "support/sim_stage.hpp"

#include <cerrno>
#include <string>
#include <string_view>

using namespace sim_test;

TEST_CASE("a peer that has vanished is counted and its name is free", "[chatd][limits]") {
    REQUIRE(world::is_linked());
    const int given_up_with = GENERATE(ETIMEDOUT, EHOSTUNREACH, ENETUNREACH);
    stage s;
    std::string log_text;
    chatd::logger log{[&](std::string_view line) { log_text += line; }};
    chatd::server server{s.loop, chatd::limits{}, log};
    std::string why;
    REQUIRE(server.listen({{*chatd::listen_spec::parse("127.0.0.1:0")}}, why));
    const auto log_in = [&](const std::string& name) {
        peer made = s.w.connect(server.listeners().addresses().front());
        s.turn(2);
        made.send("login " + name + "\n");
        s.turn(2);
        REQUIRE(made.take() == "Connect SuccessLogin Success");
        return made;
    };
    peer bob = log_in("bob");
    peer alice = log_in("alice");
    const int connection = s.w.open_descriptors().back(); // the newest
    s.pass(1s);
    REQUIRE(bob.take() == "alice has entered the room.\n");

    s.w.faults().fail(call::recv, given_up_with, {.fd = connection});
    alice.send("say never heard\n");
    s.turn(3);
    CHECK(s.w.faults().standing() == 0);
    CHECK(bob.take() == "alice has left the room.\n");
    CHECK(server.counts().of(chatd::incident::closed_peer_lost) == 1);
    CHECK(log_text.find("warning closed reason=peer_lost name=alice category=session\n") !=
          std::string::npos);
    CHECK(server.connections() == 1);
    peer again = log_in("alice");
    CHECK(server.counts().logins == 3);
}

TEST_CASE("a peer that ends or resets its connection has not vanished", "[chatd][limits]") {
    REQUIRE(world::is_linked());
    const bool reset = GENERATE(false, true);
    stage s;
    chatd::logger quiet{[](std::string_view) {}};
    chatd::server server{s.loop, chatd::limits{}, quiet};
    std::string why;
    REQUIRE(server.listen({{*chatd::listen_spec::parse("127.0.0.1:0")}}, why));
    peer alice = s.w.connect(server.listeners().addresses().front());
    s.turn(2);
    if (reset)
        alice.reset();
    else
        alice.close();
    s.turn(3);
    CHECK(server.connections() == 0);
    CHECK(server.counts().ended == 1);
    CHECK(server.counts().of(chatd::incident::closed_peer_lost) == 0);
}
