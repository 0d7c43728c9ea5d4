#include "chatd/served_loop.hpp"
#include "support/catch.hpp"

#include <string>

using namespace chatd;
using namespace std::chrono_literals;

namespace {

ban_target target(const std::string& text) { return ban_target::parse(text).value(); }

} // namespace

TEST_CASE("a ban of an address closes who is here and turns away who comes", "[chatd][bans]") {
    served_loop s;
    auto& alice = s.log_in("alice");
    auto& waiting = s.greeted();
    const auto result = s.server.ban(target("127.0.0.0/8"), {}, "test");
    CHECK(result.kept);
    CHECK(result.hit == 2);
    s.expect_end(alice);
    s.expect_end(waiting);
    auto& late = s.connect();
    s.expect_end(late);
    CHECK(late.received() == "You are banned\n");
    CHECK(s.count_of(incident::closed_banned) == 2);
    CHECK(s.count_of(incident::refused_banned) == 1);
    CHECK(s.logged("warning refused reason=banned peer=127.0.0.1:") == 1);

    std::string why;
    CHECK(s.server.unban(target("127.0.0.0/8"), why) == ban_list::removal::done);
    s.log_in("alice");
}

TEST_CASE("a ban of another address hits nobody here", "[chatd][bans]") {
    served_loop s;
    auto& alice = s.log_in("alice");
    CHECK(s.server.ban(target("192.0.2.0/24"), {}, "").hit == 0);
    CHECK(s.fence(alice).empty());
    s.greeted();
}

TEST_CASE("a ban of a name closes its bearer and nobody can log in so", "[chatd][bans]") {
    served_loop s;
    auto& alice = s.log_in("alice");
    auto& bob = s.log_in("bob");
    CHECK(s.server.ban(target("alice"), {}, "").hit == 1);
    s.expect(bob, "alice has left the room.\n");
    s.expect_end(alice);
    auto& again = s.greeted();
    again.send("login alice\n");
    s.expect(again, "Connect SuccessUserName Exist");
    again.send("login Alice\n");
    s.expect(again, "UserName ExistLogin Success");
    CHECK(s.count_of(incident::name_banned) == 1);
    CHECK(s.logged("info name_refused reason=banned") == 1);
}

TEST_CASE("a ban that the full list does not take is counted", "[chatd][bans]") {
    served_loop s;
    std::string why;
    for (std::size_t i = 0; i < ban_list::most - 1; ++i)
        REQUIRE(s.server.bans().add(target("name:" + std::to_string(i)), {}, "", 0s, why));
    CHECK(s.server.ban(target("last"), {}, "").kept);
    CHECK(s.server.counts().bans_full == 0);
    CHECK_FALSE(s.server.ban(target("one more"), {}, "").kept);
    CHECK(s.server.counts().bans_full == 1);
    CHECK(s.server.ban(target("last"), 20s, "").kept);
    CHECK(s.server.counts().bans_full == 1);
}

TEST_CASE("a ban for a time ends by itself", "[chatd][bans]") {
    served_loop s;
    CHECK(s.server.ban(target("alice"), 0s, "").kept);
    s.log_in("alice");
}

TEST_CASE("who is muted is told so and nobody hears it", "[chatd][bans]") {
    served_loop s;
    auto& alice = s.log_in("alice");
    auto& bob = s.log_in("bob");
    s.expect(alice, "bob has entered the room.\n");
    s.fence(bob);
    const auto mute = *ban_target::mute_of("bob");
    CHECK(s.server.ban(mute, {}, "").hit == 1);
    bob.send("say hear me\n");
    s.expect(bob, "You are muted\n");
    CHECK(s.fence(alice).empty());
    bob.send("look\n"); // all else goes on
    s.expect(bob, "You are muted\nOnline Users:\nalice\nbob\n");
    CHECK(s.count_of(incident::line_muted) == 1);
    CHECK(s.logged("info line_refused reason=muted name=bob") == 1);
    CHECK(s.server.counts().says == 0);

    std::string why;
    CHECK(s.server.unban(mute, why) == ban_list::removal::done);
    bob.send("say at last\n");
    s.expect(alice, "bob: at last\n");
}

TEST_CASE("a mute follows the name and ends with its time", "[chatd][bans]") {
    served_loop s;
    const auto mute = *ban_target::mute_of("bob");
    CHECK(s.server.ban(mute, {}, "").hit == 0);
    auto& bob = s.log_in("bob");
    bob.send("say x\n");
    s.expect(bob, "You are muted\n");
    CHECK(s.server.ban(mute, 0s, "").kept); // has ended at once
    bob.send("say y\n");
    s.expect(bob, "bob: y\n");
}
