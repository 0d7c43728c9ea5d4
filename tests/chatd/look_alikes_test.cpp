#include "chatd/look_alikes.hpp"

#include "chatd/served_loop.hpp"
#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <utility>

using namespace chatd;

TEST_CASE("names that look alike have one skeleton", "[chatd][names]") {
    const std::pair<std::string_view, std::string_view> pairs[] = {
        {"alice", "Alice"},
        {"alice", "aIice"},
        {"alice", "a1ice"},
        {"alice", "a|ice"},
        {"alice", "allce"},
        {"bob", "b0b"},
        {"bob", "BOB"},
        {"J\u00f6rg", "J\u00d6RG"},
        {"cop", "\u0441\u043e\u0440"},
        {"MAX", "\u041c\u0410\u0425"},
        {"\u0410\u043d\u043d\u0430", "\u0410\u041d\u041d\u0410"},
        {"NIKO", "\u039d\u0399\u039a\u039f"},
        {"\u03c3\u03c2", "\u03a3\u03a3"},
        {"\u010dek", "\u010cek"}};
    for (const auto& [one, other] : pairs) {
        INFO(one << " and " << other);
        CHECK(skeleton_of(one) == skeleton_of(other));
    }
}

TEST_CASE("names that do not look alike have different skeletons", "[chatd][names]") {
    const std::pair<std::string_view, std::string_view> pairs[] = {
        {"alice", "alicia"}, {"bob", "rob"},        {"a b", "ab"},        {"user1", "user2"},
        {"cop", "cap"},      {"Jorg", "J\u00f6rg"}, {"\u4f60", "\u597d"}, {"", "a"}};
    for (const auto& [one, other] : pairs) {
        INFO(one << " and " << other);
        CHECK(skeleton_of(one) != skeleton_of(other));
    }
}

TEST_CASE("a look is in use until every name with it has gone", "[chatd][names]") {
    look_alikes names;
    CHECK_FALSE(names.has("bob"));
    names.add("bob");
    names.add("B0B");
    names.remove("alice");
    CHECK(names.has("b0b"));
    names.remove("bob");
    CHECK(names.has("bob"));
    names.remove("B0B");
    CHECK_FALSE(names.has("bob"));
    CHECK(names.size() == 0);
}

TEST_CASE("a strict room has no two names that look alike", "[chatd][limits][names]") {
    limits limit;
    limit.strict_names = true;
    served_loop s{limit};
    auto& alice = s.log_in("alice");
    auto& other = s.greeted();
    other.send("login A1ICE\n");
    s.expect(other, "Connect SuccessUserName Exist");
    CHECK(s.count_of(incident::name_not_strict) == 1);
    CHECK(s.count_of(incident::name_taken) == 0);
    other.send("login alice\n");
    s.expect(other, "UserName ExistUserName Exist");
    CHECK(s.count_of(incident::name_taken) == 1);
    alice.send("logout\n");
    s.expect_end(alice);
    other.send("login A1ICE\n");
    s.expect(other, "Login Success");
    auto& again = s.greeted(); // the name that was refused was not kept from others
    again.send("login alice\n");
    s.expect(again, "Connect SuccessUserName Exist");
    other.reset();
    s.run_until("it has left", [&] { return s.server.members() == 0; });
    again.send("login alice\n");
    s.expect(again, "Login Success");
}

TEST_CASE("names that look alike are free unless they are to be strict", "[chatd][limits][names]") {
    served_loop s;
    s.log_in("alice");
    s.log_in("A1ICE");
    s.log_in("a|ice");
    CHECK(s.count_of(incident::name_not_strict) == 0);
}

TEST_CASE("who is here counts from the change to strict names on", "[chatd][limits][names]") {
    served_loop s;
    s.log_in("alice");
    auto& twin = s.log_in("A1ICE");
    limits limit;
    limit.strict_names = true;
    s.server.set_limits(limit);
    auto& third = s.greeted();
    third.send("login Alice\n");
    s.expect(third, "Connect SuccessUserName Exist");
    twin.send("logout\n");
    s.expect_end(twin);
    third.send("login Alice\n"); // alice is still here
    s.expect(third, "Connect SuccessUserName ExistUserName Exist");
    s.server.set_limits({});
    third.send("login Alice\n");
    s.expect(third, "Login Success");
}
