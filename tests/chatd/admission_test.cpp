#include "chatd/admission.hpp"
#include "chatd/replies.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <netinet/in.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

using namespace chatd;
using namespace std::chrono_literals;
using reactor::endpoint;

namespace {

endpoint peer(const std::string& text) {
    const auto parsed = endpoint::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

limits with(std::uint32_t all, std::uint32_t per_address, std::uint32_t rate) {
    limits limit;
    limit.max_connections = all;
    limit.per_address = per_address;
    limit.connect_rate = rate;
    return limit;
}

} // namespace

TEST_CASE("connections are admitted up to the limit on all", "[chatd][admission]") {
    admission door{with(2, 16, 32)};
    CHECK(door.admit(peer("192.0.2.1:1"), 0s) == refusal::none);
    CHECK(door.admit(peer("127.0.0.1:1"), 0s) == refusal::none);
    CHECK(door.admit(peer("127.0.0.1:2"), 0s) == refusal::server_full);
    CHECK(door.admit(peer("192.0.2.2:1"), 0s) == refusal::server_full);
    door.release(door.ticket_of(peer("127.0.0.1:1")));
    CHECK(door.admit(peer("192.0.2.2:1"), 0s) == refusal::none);
    CHECK(door.connections() == 2);
}

TEST_CASE("one address gets its share and others theirs", "[chatd][admission]") {
    admission door{with(100, 2, 32)};
    CHECK(door.admit(peer("192.0.2.1:1"), 0s) == refusal::none);
    CHECK(door.admit(peer("192.0.2.1:2"), 0s) == refusal::none);
    CHECK(door.admit(peer("192.0.2.1:3"), 0s) == refusal::address_full);
    CHECK(door.admit(peer("192.0.2.2:1"), 0s) == refusal::none);
    door.release(door.ticket_of(peer("192.0.2.1:1")));
    CHECK(door.admit(peer("192.0.2.1:3"), 0s) == refusal::none);
}

TEST_CASE("an IPv6 network of 64 bits is one address", "[chatd][admission]") {
    admission door{with(100, 1, 32)};
    CHECK(door.admit(peer("[2001:db8:0:1::1]:1"), 0s) == refusal::none);
    CHECK(door.admit(peer("[2001:db8:0:1:ffff::2]:1"), 0s) == refusal::address_full);
    CHECK(door.admit(peer("[2001:db8:0:2::1]:1"), 0s) == refusal::none);
}

TEST_CASE("a mapped IPv4 address is the IPv4 address", "[chatd][admission]") {
    admission door{with(100, 1, 32)};
    CHECK(door.admit(peer("192.0.2.1:1"), 0s) == refusal::none);
    CHECK(door.admit(peer("[::ffff:192.0.2.1]:1"), 0s) == refusal::address_full);
    CHECK(door.admit(peer("[::ffff:192.0.2.2]:1"), 0s) == refusal::none);
}

TEST_CASE("the bits of an address that count are a setting", "[chatd][admission]") {
    auto limit = with(100, 1, 32);
    limit.prefix_v4 = 24;
    limit.prefix_v6 = 48;
    admission door{limit};
    CHECK(door.admit(peer("192.0.2.1:1"), 0s) == refusal::none);
    CHECK(door.admit(peer("192.0.2.255:1"), 0s) == refusal::address_full);
    CHECK(door.admit(peer("192.0.3.0:1"), 0s) == refusal::none);
    CHECK(door.admit(peer("[2001:db8:1:2::1]:1"), 0s) == refusal::none);
    CHECK(door.admit(peer("[2001:db8:1:ffff::1]:1"), 0s) == refusal::address_full);
    CHECK(door.admit(peer("[2001:db8:2::1]:1"), 0s) == refusal::none);
}

TEST_CASE("exempt networks and proxies have only the limit on all", "[chatd][admission]") {
    auto limit = with(4, 1, 1);
    limit.exempt = {*network::parse("192.0.2.0/24")};
    limit.proxies = {*network::parse("2001:db8::1")};
    admission door{limit};
    for (const char* text : {"192.0.2.1:1", "192.0.2.1:1", "[2001:db8::1]:1", "[2001:db8::1]:1"})
        CHECK(door.admit(peer(text), 0s) == refusal::none);
    CHECK(door.admit(peer("192.0.2.1:1"), 0s) == refusal::server_full);
    door.release(door.ticket_of(peer("192.0.2.1:1")));
    CHECK(door.admit(peer("192.0.3.1:1"), 0s) == refusal::none);
    door.release(door.ticket_of(peer("192.0.2.1:1")));
    CHECK(door.admit(peer("192.0.3.1:1"), 0s) == refusal::address_full);
}

TEST_CASE("a network with a limit of its own is one address", "[chatd][admission]") {
    auto limit = with(1000, 2, 4);
    limit.per_network = {{*network::parse("192.0.2.0/24"), 20},
                         {*network::parse("192.0.2.128/25"), 1}};
    admission door{limit};
    for (int i = 0; i < 20; ++i)
        REQUIRE(door.admit(peer("192.0.2." + std::to_string(i) + ":1"), 0s) == refusal::none);
    CHECK(door.admit(peer("192.0.2.99:1"), 0s) == refusal::address_full);
    CHECK(door.admit(peer("192.0.2.200:1"), 0s) == refusal::none); // in the smaller one
    CHECK(door.admit(peer("192.0.2.201:1"), 0s) == refusal::address_full);
    CHECK(door.admit(peer("192.0.3.1:1"), 0s) == refusal::none);
    door.release(door.ticket_of(peer("192.0.2.77:1")));
    CHECK(door.admit(peer("192.0.2.99:1"), 0s) == refusal::none);
}

TEST_CASE("a network with a limit of its own may fill it twice in ten minutes",
          "[chatd][admission]") {
    auto limit = with(1000, 2, 4);
    limit.per_network = {{*network::parse("192.0.2.0/24"), 20}};
    admission door{limit};
    for (int i = 0; i < 40; ++i) {
        REQUIRE(door.admit(peer("192.0.2.1:1"), 0s) == refusal::none);
        door.release(door.ticket_of(peer("192.0.2.1:1")));
    }
    CHECK(door.admit(peer("192.0.2.1:1"), 0s) == refusal::too_fast);
}

TEST_CASE("loopback and UNIX peers are exempt from the limits on one address",
          "[chatd][admission]") {
    admission door{with(100, 1, 1)};
    for (const char* text : {"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "unix:/tmp/x"}) {
        CHECK(door.admit(peer(text), 0s) == refusal::none);
        CHECK(door.admit(peer(text), 0s) == refusal::none);
    }
    CHECK(door.admit(endpoint{}, 0s) == refusal::none);
    CHECK(door.addresses() == 0);
}

TEST_CASE("new connections of one address are limited over ten minutes", "[chatd][admission]") {
    admission door{with(100, 16, 32)};
    const auto address = peer("192.0.2.1:1");
    for (int i = 0; i < 32; ++i) {
        REQUIRE(door.admit(address, 1s) == refusal::none);
        door.release(door.ticket_of(address));
    }
    CHECK(door.admit(address, 1s) == refusal::too_fast);
    CHECK(door.admit(address, 19s) == refusal::too_fast);
    CHECK(door.admit(address, 20s) == refusal::none); // one in 18.75 s
    CHECK(door.admit(address, 20s) == refusal::too_fast);
    CHECK(door.admit(peer("192.0.2.2:1"), 1s) == refusal::none);
}

TEST_CASE("limits of 0 on one address are no limits", "[chatd][admission]") {
    admission door{with(1000, 0, 0)};
    for (int i = 0; i < 500; ++i)
        REQUIRE(door.admit(peer("192.0.2.1:1"), 0s) == refusal::none);
}

TEST_CASE("a release without an admission does no harm", "[chatd][admission]") {
    admission door{with(10, 1, 32)};
    door.release(door.ticket_of(peer("192.0.2.1:1")));
    CHECK(door.connections() == 0);
    CHECK(door.admit(peer("192.0.2.1:1"), 0s) == refusal::none);
}

TEST_CASE("a restored connection is counted and never refused", "[chatd][admission]") {
    admission door{with(1, 1, 1)};
    (void)door.restore(peer("192.0.2.1:1"));
    (void)door.restore(peer("192.0.2.1:2"));
    CHECK(door.connections() == 2);
    CHECK(door.admit(peer("127.0.0.1:1"), 0s) == refusal::server_full);
    door.release(door.ticket_of(peer("192.0.2.1:1")));
    door.release(door.ticket_of(peer("192.0.2.1:2")));
    CHECK(door.admit(peer("192.0.2.1:1"), 0s) == refusal::none);
}

TEST_CASE("addresses of the past are forgotten", "[chatd][admission]") {
    admission door{with(10, 16, 32)};
    std::size_t most = 0;
    auto now = std::chrono::nanoseconds{0};
    for (std::uint32_t i = 0; i < 50'000; ++i) {
        sockaddr_in raw{};
        raw.sin_family = AF_INET;
        raw.sin_addr.s_addr = htonl(0xC6120000 + i);
        const auto from =
            endpoint::from_native(reinterpret_cast<const sockaddr*>(&raw), sizeof raw);
        now += 100ms;
        REQUIRE(door.admit(from, now) == refusal::none);
        door.release(door.ticket_of(from));
        most = std::max(most, door.addresses());
    }
    CHECK(most <= 1024); // some 200 were new in the last 18.75 s
}

TEST_CASE("a storm of addresses does not take memory without bound", "[chatd][admission]") {
    admission door{with(10, 16, 32)};
    std::size_t most = 0;
    for (std::uint32_t i = 0; i < 500'000; ++i) {
        sockaddr_in raw{};
        raw.sin_family = AF_INET;
        raw.sin_addr.s_addr = htonl(0x20000000 + i);
        const auto from =
            endpoint::from_native(reinterpret_cast<const sockaddr*>(&raw), sizeof raw);
        if (door.admit(from, 1s) == refusal::none)
            door.release(door.ticket_of(from));
        most = std::max(most, door.addresses());
    }
    CHECK(most <= 2 * (admission::most_idle + 10));
}

TEST_CASE("changed limits hold for the next connection", "[chatd][admission]") {
    admission door{with(10, 16, 32)};
    CHECK(door.admit(peer("127.0.0.1:1"), 0s) == refusal::none);
    door.set_limits(with(1, 16, 32));
    CHECK(door.admit(peer("127.0.0.1:2"), 0s) == refusal::server_full);
}

TEST_CASE("a refusal never begins like the greeting", "[chatd][admission]") {
    for (refusal reason : {refusal::server_full, refusal::address_full, refusal::too_fast}) {
        CHECK(reply_to(reason).ends_with('\n'));
        CHECK_FALSE(reply_to(reason).starts_with(replies::connect_success));
    }
    CHECK(reply_to(refusal::none).empty());
}

TEST_CASE("the number of connections is cut to the descriptors there are", "[chatd][admission]") {
    CHECK(connections_that_fit(1) == 1);
    CHECK(connections_that_fit(100) == 100);
    CHECK(connections_that_fit(4'000'000'000) <= 4'000'000'000);
}
