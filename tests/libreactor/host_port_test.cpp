#include <reactor/host_port.hpp>

#include "support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

using reactor::host_port;

namespace {

std::string refusal(const std::string& text) {
    std::string why;
    return host_port::parse(text, &why) ? std::string{} : why;
}

} // namespace

TEST_CASE("a host and port are read and printed", "[endpoint][host_port]") {
    const std::vector<std::pair<std::string, host_port>> all{
        {"example.org:80", {"example.org", 80}},
        {"example.org.:0", {"example.org.", 0}},
        {"localhost:65535", {"localhost", 65535}},
        {"a_b.xn--bcher-kva:1", {"a_b.xn--bcher-kva", 1}},
        {"4you:1", {"4you", 1}},
        {"127.0.0.1:80", {"127.0.0.1", 80}},
        {"[::1]:80", {"::1", 80}},
        {"[fe80::1%2]:80", {"fe80::1%2", 80}},
        {std::string(63, 'a') + ".b:1", {std::string(63, 'a') + ".b", 1}},
    };
    for (const auto& [text, expected] : all) {
        INFO(text);
        CHECK(host_port::parse(text) == expected);
        CHECK(expected.to_string() == text);
    }
}

TEST_CASE("an address needs no look-up and a name does", "[endpoint][host_port]") {
    CHECK(host_port{"127.0.0.1", 80}.numeric() == reactor::endpoint::loopback_v4(80));
    CHECK(host_port{"::1", 80}.numeric() == reactor::endpoint::loopback_v6(80));
    for (const char* name : {"localhost", "127.1", "", "unix", "[::1]", "/tmp/a"})
        CHECK_FALSE(host_port{name, 80}.numeric());
}

TEST_CASE("what is no host and port is refused with its reason", "[endpoint][host_port]") {
    const std::string letters = " is no host name: only letters, digits, - and . stand in one "
                                "(other letters in their xn-- form)";
    const std::vector<std::pair<std::string, std::string>> all{
        {"", "it is empty; HOST:PORT or [IPV6]:PORT is expected"},
        {"unix:/a", "a UNIX socket has no host and port"},
        {"example.org", "there is no :PORT at its end: 127.0.0.1:6666 would be right"},
        {"example.org:http", "the port \"http\" is not a number from 0 to 65535"},
        {"::1:80", "an IPv6 address needs brackets and a port: [::1]:6666 would be right"},
        {"[::g]:80", "\"::g\" in the brackets is not an IPv6 address, such as ::1"},
        {"127.1:80",
         "\"127.1\" is not an IPv4 address: four numbers from 0 to 255, as in 127.0.0.1"},
        {"b\xc3\xbc"
         "cher.de:80",
         "\"b\xc3\xbc"
         "cher.de\"" +
             letters},
        {"a b:80", "\"a b\"" + letters},
        {"a..b:80", "there is nothing between two dots of the name, or before its first"},
        {".a:80", "there is nothing between two dots of the name, or before its first"},
        {std::string(64, 'a') + ":80", "\"" + std::string(64, 'a') +
                                           "\" is too long for a part of a name: at most 63 bytes "
                                           "can be"},
        {std::string(254, 'a') + ":80", "the name is 254 bytes long, at most 253 can be"},
    };
    for (const auto& [text, why] : all) {
        INFO(text);
        CHECK(refusal(text) == why);
        CHECK_FALSE(host_port::parse(text));
    }
}
