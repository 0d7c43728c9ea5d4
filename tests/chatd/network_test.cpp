#include "chatd/network.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using chatd::network;
using reactor::endpoint;

namespace {

network net(const std::string& text) {
    std::string why;
    const auto parsed = network::parse(text, &why);
    INFO(text << ": " << why);
    REQUIRE(parsed);
    return *parsed;
}

std::string error_of(const std::string& text) {
    std::string why;
    CHECK_FALSE(network::parse(text, &why));
    return why;
}

endpoint peer(const std::string& text) {
    const auto parsed = endpoint::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

} // namespace

TEST_CASE("a network is read and written in one form", "[chatd][network]") {
    for (const std::string text : {"192.0.2.0/24", "192.0.2.7", "0.0.0.0/0", "2001:db8::/32",
                                   "2001:db8::1", "::/0", "10.128.0.0/9"})
        CHECK(net(text).to_string() == text);
    CHECK(net("192.0.2.7/32").to_string() == "192.0.2.7");
    CHECK(net("2001:DB8:0:0::/64").to_string() == "2001:db8::/64");
}

TEST_CASE("IPv4 mapped into IPv6 is IPv4", "[chatd][network]") {
    CHECK(net("::ffff:192.0.2.0/120") == net("192.0.2.0/24"));
    CHECK(net("::ffff:192.0.2.7") == net("192.0.2.7"));
    CHECK(net("192.0.2.0/24").contains(peer("[::ffff:192.0.2.9]:1")));
    CHECK_FALSE(net("::/0").contains(peer("[::ffff:192.0.2.9]:1")));
}

TEST_CASE("a network contains the addresses that begin as it does", "[chatd][network]") {
    CHECK(net("192.0.2.0/23").contains(peer("192.0.2.0:1")));
    CHECK(net("192.0.2.0/23").contains(peer("192.0.3.255:1")));
    CHECK_FALSE(net("192.0.2.0/23").contains(peer("192.0.4.0:1")));
    CHECK_FALSE(net("192.0.2.0/23").contains(peer("192.0.1.255:1")));
    CHECK(net("0.0.0.0/0").contains(peer("203.0.113.9:1")));
    CHECK_FALSE(net("0.0.0.0/0").contains(peer("[2001:db8::1]:1")));
    CHECK(net("2001:db8::/33").contains(peer("[2001:db8:7fff::1]:1")));
    CHECK_FALSE(net("2001:db8::/33").contains(peer("[2001:db8:8000::1]:1")));
    CHECK(net("2001:db8::1").contains(peer("[2001:db8::1]:1")));
    CHECK_FALSE(net("2001:db8::1").contains(peer("[2001:db8::2]:1")));
    CHECK_FALSE(net("0.0.0.0/0").contains(peer("unix:/x")));
    CHECK_FALSE(net("0.0.0.0/0").contains(endpoint{}));
}

TEST_CASE("a network contains smaller ones", "[chatd][network]") {
    CHECK(net("10.0.0.0/8").contains(net("10.1.0.0/16")));
    CHECK(net("10.0.0.0/8").contains(net("10.0.0.0/8")));
    CHECK_FALSE(net("10.1.0.0/16").contains(net("10.0.0.0/8")));
    CHECK_FALSE(net("::/0").contains(net("10.0.0.0/8")));
}

TEST_CASE("the network around an address has the bits of its family", "[chatd][network]") {
    CHECK(network::around(peer("192.0.2.77:1"), 24, 48) == net("192.0.2.0/24"));
    CHECK(network::around(peer("[2001:db8:1:2::3]:1"), 24, 48) == net("2001:db8:1::/48"));
    CHECK(network::around(peer("[::ffff:192.0.2.77]:1")) == net("192.0.2.77"));
    CHECK_FALSE(network::around(peer("unix:/x")));
}

TEST_CASE("what is no network is told with what would be right", "[chatd][network]") {
    CHECK(error_of("example.org") == "'example.org' is not an IP address");
    CHECK(error_of("192.0.2.0/33") == "'/33' is not a prefix length from /0 to /32");
    CHECK(error_of("192.0.2.0/") == "'/' is not a prefix length from /0 to /32");
    CHECK(error_of("2001:db8::/129") == "'/129' is not a prefix length from /0 to /128");
    CHECK(error_of("2001:db8::/x") == "'/x' is not a prefix length from /0 to /128");
    CHECK(error_of("192.0.2.1/24") == "bits are set behind the first 24: 192.0.2.0/24 is the whole "
                                      "network, 192.0.2.1 the one address");
    const std::vector<std::string> others{
        "",      "/",     "/8",   "1.2.3",        "1.2.3.4.5", "::/ 8",
        "[::1]", "::%lo", " ::1", "192.0.2.0/-1", "0x7f.1",    std::string("1.2.3.4\0x", 9)};
    for (const std::string& text : others)
        CHECK_FALSE(error_of(text).empty());
}

TEST_CASE("a limit of a network is read and written in one form", "[chatd][network]") {
    using chatd::network_limit;
    const auto read = network_limit::parse("192.0.2.0/24=100");
    REQUIRE(read);
    CHECK(read->where == net("192.0.2.0/24"));
    CHECK(read->most == 100);
    CHECK(read->to_string() == "192.0.2.0/24=100");
    CHECK(network_limit::parse("2001:db8::/32=1000000"));
    std::string why;
    CHECK_FALSE(network_limit::parse("192.0.2.0/24", &why));
    CHECK(why == "'=N' is missing");
    for (const std::string number : {"0", "1000001", "-1", "x", "", "1 "}) {
        CHECK_FALSE(network_limit::parse("192.0.2.0/24=" + number, &why));
        CHECK(why == "'" + number + "' is not a number from 1 to 1000000");
    }
    CHECK_FALSE(network_limit::parse("192.0.2.0/99=1", &why));
    CHECK(why == "'/99' is not a prefix length from /0 to /32");
}
