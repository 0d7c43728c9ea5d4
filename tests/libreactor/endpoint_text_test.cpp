// Endpoints as text and back.
#include <reactor/endpoint.hpp>
#include <reactor/sim/world.hpp>

#include "support/catch.hpp"

#include <arpa/inet.h>

#include <cstddef>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace std::string_literals;
using reactor::endpoint;

namespace {

/// Why `text` is no endpoint; empty when it is one.
std::string refusal(const std::string& text) {
    std::string why;
    return endpoint::parse(text, &why) ? std::string{} : why;
}

std::string round_trip(const std::string& text) {
    const auto made = endpoint::parse(text);
    return made ? made->to_string() : "refused";
}

using cases = std::vector<std::pair<std::string, std::string>>;

void check_refusals(const cases& all) {
    for (const auto& [text, why] : all) {
        INFO(text);
        CHECK(refusal(text) == why);
        CHECK_FALSE(endpoint::parse(text)); // the reason is not asked for
    }
}

template <class Address>
endpoint native(const Address& address, std::size_t size = sizeof(Address)) {
    return endpoint::from_native(reinterpret_cast<const sockaddr*>(&address),
                                 static_cast<socklen_t>(size));
}

/// An endpoint of any kind that has a text.
class random_endpoints {
public:
    explicit random_endpoints(std::uint64_t seed) : random_(seed) {}

    endpoint next() {
        switch (random_() % 4) {
        case 0:
            return v4();
        case 1:
            return v6();
        case 2:
            return path();
        default:
            return abstract();
        }
    }

private:
    endpoint v4() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = static_cast<in_addr_t>(random_());
        address.sin_port = static_cast<in_port_t>(random_());
        return native(address);
    }
    endpoint v6() {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        const bool sparse = random_() % 2 == 0; // gives :: at every place
        for (auto& byte : address.sin6_addr.s6_addr)
            byte = sparse && random_() % 3 != 0 ? 0 : static_cast<std::uint8_t>(random_());
        address.sin6_scope_id = random_() % 4 == 0 ? static_cast<std::uint32_t>(random_()) : 0U;
        address.sin6_port = static_cast<in_port_t>(random_());
        return native(address);
    }
    endpoint path() {
        auto text = bytes(107);
        for (char& byte : text)
            byte = byte == '\0' ? '/' : byte;
        if (text.front() == '@')
            text.front() = '.';
        return endpoint::unix_path(text);
    }
    endpoint abstract() { return endpoint::unix_path("@" + bytes(106)); }
    std::string bytes(std::size_t most) {
        std::string text(1 + random_() % most, '\0');
        for (char& byte : text)
            byte = random_() % 4 == 0 ? "\\x@:[]%"[random_() % 7] : static_cast<char>(random_());
        return text;
    }

    std::mt19937_64 random_;
};

} // namespace

TEST_CASE("an endpoint's text gives the same endpoint", "[endpoint]") {
    const std::string text =
        GENERATE("127.0.0.1:6666", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:6666", "[::]:0",
                 "[2001:db8::ff]:80", "[::ffff:127.0.0.1]:1", "[fe80::1%7]:80",
                 "unix:/run/a socket", "unix:relative", "unix:a\\x41", "unix:[::1]:80");
    CHECK(round_trip(text) == text);
}

TEST_CASE("any endpoint survives the way to text and back", "[endpoint][property]") {
    random_endpoints source(reactor::sim::world::default_seed());
    for (int i = 0; i < 20'000; ++i) {
        const auto original = source.next();
        const auto text = original.to_string();
        std::string why;
        const auto copy = endpoint::parse(text, &why);
        INFO(text << ": " << why);
        REQUIRE(copy);
        REQUIRE(*copy == original);
        REQUIRE(copy->to_string() == text);
    }
}

TEST_CASE("any text is an endpoint or refused with a printable reason", "[endpoint][property]") {
    std::mt19937_64 random(reactor::sim::world::default_seed());
    constexpr std::string_view alphabet{"[]:%.@\\x0159afunix:/\0 \n\x7f", 24};
    const reactor::sim::world world; // is asked for interfaces
    for (int i = 0; i < 20'000; ++i) {
        std::string text = random() % 3 == 0 ? "unix:" : "";
        for (auto left = random() % 20; left > 0; --left)
            text += alphabet[random() % alphabet.size()];
        std::string why;
        const auto made = endpoint::parse(text, &why);
        if (made)
            REQUIRE(endpoint::parse(made->to_string()) == made);
        REQUIRE(made.has_value() == why.empty());
        for (const char byte : why)
            REQUIRE(static_cast<unsigned char>(byte) >= 0x20);
    }
}

TEST_CASE("what has no host and port is refused with its reason", "[endpoint]") {
    check_refusals({
        {"", "it is empty; ADDRESS:PORT, [IPV6]:PORT, unix:PATH or unix:@NAME is expected"},
        {"127.0.0.1", "there is no :PORT at its end: 127.0.0.1:6666 would be right"},
        {"unix", "there is no :PORT at its end: 127.0.0.1:6666 would be right"},
        {"127.0.0.1:", "after the last colon stands no port: a number from 0 to 65535"},
        {"127.0.0.1:x", "the port \"x\" is not a number from 0 to 65535"},
        {"127.0.0.1:1x", "the port \"1x\" is not a number from 0 to 65535"},
        {"127.0.0.1:-1", "the port \"-1\" is not a number from 0 to 65535"},
        {"127.0.0.1:+1", "the port \"+1\" is not a number from 0 to 65535"},
        {"127.0.0.1: 1", "the port \" 1\" is not a number from 0 to 65535"},
        {"127.0.0.1:1\n", "the port \"1\\x0a\" is not a number from 0 to 65535"},
        {"127.0.0.1:1\0"s, "the port \"1\\x00\" is not a number from 0 to 65535"},
        {"127.0.0.1:65536", "the port \"65536\" is not a number from 0 to 65535"},
        {"127.0.0.1:" + std::string(99, '9'),
         "the port \"" + std::string(64, '9') + "...\" is not a number from 0 to 65535"},
        {":80", "there is no host before the colon; 0.0.0.0 and [::] stand for all addresses, "
                "127.0.0.1 and [::1] for this machine"},
    });
}

TEST_CASE("what is no IPv4 address is refused with its reason", "[endpoint]") {
    const std::string numbers = " is not an IPv4 address: four numbers from 0 to 255, as in "
                                "127.0.0.1";
    const std::string name = " is a name, not an address: use resolve()";
    check_refusals({
        {"127.1:80", "\"127.1\"" + numbers},
        {"256.0.0.1:80", "\"256.0.0.1\"" + numbers},
        {"1.2.3.4.5:80", "\"1.2.3.4.5\"" + numbers},
        {"localhost:80", "\"localhost\"" + name},
        {"example.org:80", "\"example.org\"" + name},
        {"a_b-c.d:80", "\"a_b-c.d\"" + name},
        {"*:80", "\"*\" is neither an address nor a name"},
        {" 127.0.0.1:80", "\" 127.0.0.1\" is neither an address nor a name"},
        {"127.0.0.1\0x:80"s, "\"127.0.0.1\\x00x\" is neither an address nor a name"},
        {"127.0.0.1%lo:80", "\"127.0.0.1%lo\" is neither an address nor a name"},
    });
}

TEST_CASE("what is no IPv6 address is refused with its reason", "[endpoint]") {
    const reactor::sim::world world; // has the interface `lo` alone
    const std::string no_v6 = " in the brackets is not an IPv6 address, such as ::1";
    check_refusals({
        {"::1", "an IPv6 address needs brackets and a port: [::1]:6666 would be right"},
        {"::1:80", "an IPv6 address needs brackets and a port: [::1]:6666 would be right"},
        {"[::1:80", "the bracket [ is not closed: [::1]:6666 would be right"},
        {"::1]:80", "the bracket ] was not opened: [::1]:6666 would be right"},
        {"[::1]", "there is no :PORT after the ]: [::1]:6666 would be right"},
        {"[::1]80", "after the ] stands \"80\" instead of :PORT"},
        {"[::1]:", "after the last colon stands no port: a number from 0 to 65535"},
        {"[]:80", "there is no address in the brackets; [::] stands for all addresses, [::1] for "
                  "this machine"},
        {"[127.0.0.1]:80", "\"127.0.0.1\"" + no_v6},
        {"[::g]:80", "\"::g\"" + no_v6},
        {"[::1\0]:80"s, "\"::1\\x00\"" + no_v6},
        {"[localhost]:80", "\"localhost\"" + no_v6},
        {"[fe80::1%]:80", "there is no interface after the %: [fe80::1%1]:6666 would be right"},
        {"[fe80::1%0]:80", "this machine has no interface \"0\""},
        {"[fe80::1%nowhere]:80", "this machine has no interface \"nowhere\""},
        {"[fe80::1%lo\0]:80"s, "this machine has no interface \"lo\\x00\""},
    });
}

TEST_CASE("what is no UNIX address is refused with its reason", "[endpoint]") {
    const std::string backslash = "in an abstract name a backslash is written \\\\, and a byte "
                                  "\\xNN";
    check_refusals({
        {"unix:", "there is no path after unix:"},
        {"unix:@", "there is no name after unix:@"},
        {"unix:/a\0b"s, "the path holds a zero byte"},
        {"unix:" + std::string(108, 'p'), "the path is 108 bytes long, at most 107 can be"},
        {"unix:@" + std::string(200, 'n'), "the path is 201 bytes long, at most 107 can be"},
        {"unix:@a\\", backslash},
        {"unix:@a\\n", backslash},
        {"unix:@a\\x4", backslash},
        {"unix:@a\\xg0", backslash},
    });
}

TEST_CASE("an interface is named or numbered and printed as a number", "[endpoint]") {
    const reactor::sim::world world; // has the interface `lo`
    CHECK(round_trip("[fe80::1%lo]:80") == "[fe80::1%1]:80");
    CHECK(round_trip("[fe80::1%4294967295]:80") == "[fe80::1%4294967295]:80");
    CHECK_FALSE(endpoint::parse("[fe80::1%1]:80") == endpoint::parse("[fe80::1%2]:80"));
}

TEST_CASE("an abstract name of any bytes has a text", "[endpoint]") {
    CHECK(round_trip("unix:@name") == "unix:@name");
    CHECK(round_trip("unix:@@") == "unix:@@");
    CHECK(round_trip("unix:@caf\xc3\xa9") == "unix:@caf\xc3\xa9");
    const auto made = endpoint::unix_path("@a\0b\\\n"s);
    CHECK(made.to_string() == "unix:@a\\x00b\\\\\\x0a");
    CHECK(endpoint::parse(made.to_string()) == made);
    CHECK(round_trip("unix:@\\x41") == "unix:@A");
}

TEST_CASE("a path of 107 bytes is the longest", "[endpoint]") {
    const auto longest = "unix:" + std::string(107, 'p');
    CHECK(round_trip(longest) == longest);
    const auto abstract = "unix:@" + std::string(106, 'n');
    CHECK(round_trip(abstract) == abstract);
    CHECK(endpoint::unix_path(std::string(108, 'p')).native_size() == 0);
    CHECK(endpoint::unix_path("").native_size() == 0);
    CHECK(endpoint::unix_path("/a\0b"s).native_size() == 0);
}

TEST_CASE("a file whose name begins like an abstract one is told apart", "[endpoint]") {
    sockaddr_un file{};
    file.sun_family = AF_UNIX;
    std::strcpy(file.sun_path, "@file");
    const auto made = native(file, offsetof(sockaddr_un, sun_path) + 6);
    CHECK(made.to_string() == "unix:./@file");
    CHECK(endpoint::parse(made.to_string())->to_string() == made.to_string());
}
