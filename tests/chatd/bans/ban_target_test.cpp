#include "chatd/bans/ban_target.hpp"

#include "support/catch.hpp"

#include <string>

using chatd::ban_target;
using chatd::network;
using kind = chatd::ban_target::kind;

TEST_CASE("a target is an address or a network or else a name", "[chatd][bans]") {
    CHECK(ban_target::parse("192.0.2.7") ==
          ban_target{kind::addresses, *network::parse("192.0.2.7"), {}});
    CHECK(ban_target::parse("2001:db8::/32") ==
          ban_target{kind::addresses, *network::parse("2001:db8::/32"), {}});
    for (const std::string name : {"alice", "bob smith", "alice: hi", "192.0.2", "1/2/", "a/b/x"})
        CHECK(ban_target::parse(name == "1/2/" ? "name:" + name : name) ==
              ban_target{kind::name, {}, name});
    CHECK(ban_target::parse("name:192.0.2.7") == ban_target{kind::name, {}, "192.0.2.7"});
}

TEST_CASE("a target that is neither is told why", "[chatd][bans]") {
    std::string why;
    CHECK_FALSE(ban_target::parse("192.0.2.0/33", &why));
    CHECK(why == "'/33' is not a prefix length from /0 to /32");
    CHECK_FALSE(ban_target::parse("192.0.2.1/24", &why));
    CHECK_THAT(why, Catch::Matchers::ContainsSubstring("192.0.2.0/24 is the whole network"));
    CHECK_FALSE(ban_target::parse("", &why));
    CHECK(why == "a name is missing");
    CHECK_FALSE(ban_target::parse("name:", &why));
    for (const std::string name :
         {" alice", "alice ", "al\tice", "al\nice", "al\xE2\x80\x8Bice", "al\xffice"}) {
        const bool parsed = ban_target::parse(name, &why).has_value();
        CHECK_FALSE(parsed);
    }
    CHECK_FALSE(ban_target::mute_of("", &why));
}

TEST_CASE("a target is written as it is read", "[chatd][bans]") {
    for (const std::string text :
         {"192.0.2.0/24", "2001:db8::1", "alice", "name:192.0.2.7", "name:name:x", "name:1/2"}) {
        const auto read = ban_target::parse(text);
        REQUIRE(read);
        CHECK(read->to_string() == text);
    }
    CHECK(ban_target::mute_of("192.0.2.7")->to_string() == "192.0.2.7");
}
