#include <reactor/endpoint.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstring>
#include <string>

using reactor::endpoint;

TEST_CASE("an endpoint has its family and port", "[endpoint]") {
    CHECK(endpoint().family() == AF_UNSPEC);
    CHECK(endpoint().to_string() == "no address");
    auto v4 = endpoint::loopback_v4(80);
    CHECK(v4.family() == AF_INET);
    CHECK(v4.port() == 80);
    v4.set_port(81);
    CHECK(v4.to_string() == "127.0.0.1:81");
    auto v6 = endpoint::loopback_v6(80);
    CHECK(v6.family() == AF_INET6);
    v6.set_port(65535);
    CHECK(v6.port() == 65535);
    auto path = endpoint::unix_path("/a");
    path.set_port(5);
    CHECK(path.port() == 0);
    CHECK(path.to_string() == "unix:/a");
}

TEST_CASE("loopback addresses are told from others", "[endpoint]") {
    for (const char* text : {"127.0.0.1:1", "127.255.255.255:1", "[::1]:1", "[::ffff:127.3.2.1]:1",
                             "unix:/a", "unix:@a"}) {
        INFO(text);
        CHECK(endpoint::parse(text)->is_loopback());
    }
    for (const char* text :
         {"128.0.0.1:1", "0.0.0.0:1", "[::]:1", "[::2]:1", "[::ffff:128.0.0.1]:1", "[fe80::1]:1"}) {
        INFO(text);
        CHECK_FALSE(endpoint::parse(text)->is_loopback());
    }
    CHECK_FALSE(endpoint().is_loopback());
}

TEST_CASE("endpoints are equal when their addresses are", "[endpoint]") {
    CHECK(endpoint::parse("127.0.0.1:80") == endpoint::loopback_v4(80));
    CHECK_FALSE(endpoint::loopback_v4(80) == endpoint::loopback_v4(81));
    CHECK_FALSE(endpoint::loopback_v4(80) == endpoint::loopback_v6(80));
    CHECK_FALSE(endpoint::unix_path("/a") == endpoint::unix_path("/ab"));
    CHECK(endpoint() == endpoint());
}

TEST_CASE("an endpoint is what the kernel filled in", "[endpoint]") {
    const auto original = endpoint::loopback_v6(443);
    const auto copy = endpoint::from_native(original.native(), original.native_size());
    CHECK(copy == original);
    CHECK(endpoint::from_native(nullptr, 0) == endpoint());
    CHECK(endpoint::from_native(original.native(), 0) == endpoint());
    CHECK(endpoint::from_native(original.native(), 1).family() == AF_UNSPEC);
}

TEST_CASE("a local socket without a name has a text", "[endpoint]") {
    sockaddr_un unnamed{};
    unnamed.sun_family = AF_UNIX;
    const auto made = endpoint::from_native(reinterpret_cast<const sockaddr*>(&unnamed),
                                            offsetof(sockaddr_un, sun_path));
    CHECK(made.family() == AF_UNIX);
    CHECK(made.to_string() == "unix:");
    CHECK(made.is_loopback());
}

TEST_CASE("a path that fills its field whole has no end mark", "[endpoint]") {
    sockaddr_un full{};
    full.sun_family = AF_UNIX;
    std::memset(full.sun_path, 'p', sizeof full.sun_path);
    const auto made = endpoint::from_native(reinterpret_cast<const sockaddr*>(&full), sizeof full);
    CHECK(made.to_string() == "unix:" + std::string(sizeof full.sun_path, 'p'));
}
