// Live sessions move from one server object to another, and their peers notice nothing.

#include "chatd/saved_server.hpp"
#include "chatd/server.hpp"
#include "chatd/session.hpp"
#include "support/catch.hpp"
#include "support/loop_fixture.hpp"
#include "support/scripted_peer.hpp"

#include <reactor/endpoint.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

class silent_log {
public:
    chatd::logger log{[](std::string_view) {}};
};

/// Two servers on one loop and the peers that move from the first to the second.
class two_servers : public support::loop_fixture {
public:
    explicit two_servers(std::chrono::nanoseconds newcomer_hold = std::chrono::milliseconds{100})
        : limit_(chosen(newcomer_hold)),
          first_(std::make_unique<chatd::server>(loop, limit_, quiet_.log)) {
        std::string why;
        REQUIRE(first_->listen({{*chatd::listen_spec::parse("127.0.0.1:0")}}, why));
        address_ = first_->listeners().addresses().front();
    }

    support::scripted_peer& connect() {
        auto& made = *peers.emplace_back(std::make_unique<support::scripted_peer>(address_));
        also_pump(made);
        expect(made, "Connect Success");
        return made;
    }

    support::scripted_peer& log_in(const std::string& name) {
        auto& made = connect();
        made.send("login " + name + "\n");
        expect(made, "Connect SuccessLogin Success");
        return made;
    }

    void expect(const support::scripted_peer& peer, std::string_view end) {
        run_until("a peer hears " + std::string(end),
                  [&] { return peer.received().ends_with(end); });
    }

    std::size_t unsent() {
        std::size_t sum = 0;
        loop.for_each([&](reactor::dispatcher& channel) {
            if (const auto* session = dynamic_cast<chatd::session*>(&channel))
                sum += session->output_size();
        });
        return sum;
    }

    chatd::server& first() { return *first_; }

    void close_session(std::string_view name) {
        loop.for_each([&](reactor::dispatcher& channel) {
            auto* session = dynamic_cast<chatd::session*>(&channel);
            if (session != nullptr && session->name() == name)
                session->close();
        });
    }

    void move_all(const std::function<void(chatd::saved_server&)>& on_the_way = {}) {
        auto saved = first_->save();
        if (on_the_way)
            on_the_way(saved);
        second_ = std::make_unique<chatd::server>(loop, limit_, quiet_.log);
        second_->restore(std::move(saved));
    }

    std::vector<std::unique_ptr<support::scripted_peer>> peers;

private:
    static chatd::limits chosen(std::chrono::nanoseconds newcomer_hold) {
        chatd::limits limit;
        limit.flood.rate = 0;
        limit.newcomer_hold = newcomer_hold;
        return limit;
    }

    silent_log quiet_;
    chatd::limits limit_;
    std::unique_ptr<chatd::server> first_;
    std::unique_ptr<chatd::server> second_;
    reactor::endpoint address_;
};

} // namespace

TEST_CASE("twenty live sessions move to another server and notice nothing", "[chatd][session]") {
    two_servers world;
    constexpr std::size_t members = 18;
    for (std::size_t i = 0; i < members; ++i)
        world.log_in("user" + std::to_string(i));
    auto& stalled = *world.peers[3];
    auto& typing = *world.peers[5];
    auto& unknown = world.connect();
    auto& half_known = world.connect();
    half_known.send("login late");
    typing.send("say half a ");
    // One reader stops, and more is said than its sockets hold: the rest is unsent output of the
    // server.
    stalled.never_read();
    const std::string line(4000, 'x');
    std::string said;
    for (int i = 0; i < 150; ++i) {
        world.peers[0]->send("say " + line + "\n");
        said += "user0: " + line + "\n";
    }
    world.expect(*world.peers[1], said);
    REQUIRE(world.unsent() > 0);

    world.move_all();

    typing.send("line\n");
    stalled.read_again();
    world.expect(stalled, said + "user5: half a line\n");
    for (std::size_t i = 0; i < members; ++i)
        world.expect(*world.peers[i], said + "user5: half a line\n");
    std::string list = "Online Users:\n";
    for (std::size_t i = 0; i < members; ++i)
        list += "user" + std::to_string(i) + "\n";
    world.peers[7]->send("look\n");
    world.expect(*world.peers[7], list);

    unknown.send("login user4\n");
    world.expect(unknown, "UserName Exist");
    half_known.send("comer\n");
    world.expect(half_known, "Connect SuccessLogin Success");
    world.expect(*world.peers[0], "latecomer has entered the room.\n");
    world.peers[2]->send("logout\n");
    world.expect(*world.peers[0], "user2 has left the room.\n");
    unknown.send("login user2\n");
    world.expect(unknown, "UserName ExistLogin Success");
}

TEST_CASE("an over-long line goes on being discarded after the move", "[chatd][session]") {
    two_servers world;
    auto& alice = world.log_in("alice");
    alice.send("say " + std::string(9000, 'y'));
    world.expect(alice, "Line too long\n");
    world.move_all();
    alice.send("yyy\nsay short\n");
    world.expect(alice, "Line too long\nalice: short\n");
}

TEST_CASE("a newcomer's share stays held back over the move", "[chatd][session]") {
    two_servers world(std::chrono::hours{1});
    auto& alice = world.log_in("alice");
    alice.send("x\n"); // ends her own hold
    world.expect(alice, "Unknown command x \n");
    auto& newcomer = world.log_in("newcomer");
    alice.send("say welcome\n");
    world.expect(alice, "alice: welcome\n");

    world.move_all();

    alice.send("say again\n");
    world.expect(alice, "alice: again\n");
    world.fence();
    CHECK(newcomer.received() == "Connect SuccessLogin Success");
    newcomer.send("say thanks\n");
    world.expect(newcomer, "Login Successalice: welcome\nalice: again\nnewcomer: thanks\n");
}

TEST_CASE("who is leaving with output unsent gets it after the move", "[chatd][session]") {
    two_servers world;
    auto& alice = world.log_in("alice");
    auto& leaver = world.log_in("leaver");
    world.expect(alice, "leaver has entered the room.\n");
    leaver.never_read();
    std::string said;
    while (world.unsent() == 0) {
        alice.send("say " + std::string(4000, 'x') + "\n");
        said += "alice: " + std::string(4000, 'x') + "\n";
        world.expect(alice, said);
    }
    leaver.send("logout\n");
    world.expect(alice, "leaver has left the room.\n");

    world.move_all();

    leaver.read_again();
    world.expect(leaver, "Connect SuccessLogin Success" + said);
    world.run_until("the leaver's connection ends", [&] { return leaver.ended(); });
}

TEST_CASE("a session that is lost on the way leaves the room", "[chatd][session]") {
    two_servers world;
    auto& alice = world.log_in("alice");
    world.log_in("bob");
    world.expect(alice, "bob has entered the room.\n");
    world.move_all([](chatd::saved_server& saved) { saved.sessions.back().fd.reset(); });
    world.expect(alice, "bob has left the room.\n");
    alice.send("look\n");
    world.expect(alice, "Online Users:\nalice\n");
}

TEST_CASE("a connection that ended just before the move leaves the room", "[chatd][session]") {
    two_servers world;
    auto& alice = world.log_in("alice");
    auto& bob = world.log_in("bob");
    world.expect(alice, "bob has entered the room.\n");
    world.close_session("bob"); // the room will be told in the close step, which does not come
    world.move_all();
    world.expect(alice, "bob has left the room.\n");
    world.run_until("bob's connection ends", [&] { return bob.ended(); });
}

TEST_CASE("ending sessions until so many are left begins with the latest", "[chatd][session]") {
    two_servers world;
    auto& alice = world.log_in("alice");
    world.log_in("bob");
    auto& stranger = world.connect();
    world.expect(alice, "bob has entered the room.\n");
    CHECK(world.first().shrink_to(3) == 0);
    CHECK(world.first().shrink_to(1) == 2);
    world.expect(alice, "bob has left the room.\n");
    world.run_until("the stranger's connection ends", [&] { return stranger.ended(); });
}
