// Live sessions move from one server object to another, and their peers notice nothing.

#include "chatd/server.hpp"
#include "chatd/session.hpp"
#include "support/catch.hpp"
#include "support/loop_fixture.hpp"
#include "support/scripted_peer.hpp"

#include <reactor/endpoint.hpp>

#include <cstddef>
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
    two_servers() : first_(std::make_unique<chatd::server>(loop, limit_, quiet_.log)) {
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

    void move_all() {
        auto saved = first_->save();
        first_.reset();
        second_ = std::make_unique<chatd::server>(loop, limit_, quiet_.log);
        second_->restore(std::move(saved));
    }

    std::vector<std::unique_ptr<support::scripted_peer>> peers;

private:
    static chatd::limits unflooded() {
        chatd::limits limit;
        limit.flood.rate = 0;
        return limit;
    }

    silent_log quiet_;
    chatd::limits limit_ = unflooded();
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
