#include "chatd/proxy/proxy_header.hpp"

#include "chatd/proxy/header_bytes.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

using chatd::proxy_header;
using outcome = chatd::proxy_header::outcome;

namespace {

constexpr std::size_t usual_limit = 4096;

/// Feeds `bytes` as a socket would, at most `piece` at once; gives what is left of them.
std::string_view feed(proxy_header& header, std::string_view bytes, std::size_t piece = 65536) {
    while (!bytes.empty() && header.wanted() > 0) {
        const auto size = std::min({piece, header.wanted(), bytes.size()});
        header.take(bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
    return bytes;
}

outcome outcome_of(std::string_view bytes, std::size_t limit = usual_limit) {
    proxy_header header{limit};
    feed(header, bytes);
    return header.result();
}

} // namespace

TEST_CASE("a header tells who connected and what follows is left", "[chatd][proxy]") {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{65536}}) {
        proxy_header v4{usual_limit};
        CHECK(feed(v4, proxied_v4("192.0.2.7", 4711) + "login x\n", piece) == "login x\n");
        CHECK(v4.result() == outcome::complete);
        CHECK(v4.source().to_string() == "192.0.2.7:4711");
        proxy_header v6{usual_limit};
        CHECK(feed(v6, proxied_v6("2001:db8::7", 4711) + "\n", piece) == "\n");
        CHECK(v6.source().to_string() == "[2001:db8::7]:4711");
    }
}

TEST_CASE("extensions behind the addresses are skipped", "[chatd][proxy]") {
    proxy_header header{usual_limit};
    const auto bytes = proxied_v4("192.0.2.7", 1, std::string(1000, '\x04')) + "x";
    CHECK(feed(header, bytes, 13) == "x");
    CHECK(header.result() == outcome::complete);
    CHECK(header.source().to_string() == "192.0.2.7:1");
}

TEST_CASE("a proxy that speaks for itself names no address", "[chatd][proxy]") {
    for (const std::string& bytes :
         {proxy_bytes(0x20, 0x00, ""), proxy_bytes(0x20, 0x11, std::string(12, '\x01')),
          proxy_bytes(0x20, 0xff, "whatever"), proxy_bytes(0x21, 0x00, ""),
          proxy_bytes(0x21, 0x31, std::string(216, 'x'))}) {
        proxy_header header{usual_limit};
        CHECK(feed(header, bytes).empty());
        CHECK(header.result() == outcome::complete);
        CHECK(header.source().family() == AF_UNSPEC);
    }
}

TEST_CASE("what is no header is told at its first wrong byte", "[chatd][proxy]") {
    CHECK(outcome_of("login alice\n") == outcome::no_signature);
    CHECK(outcome_of("\r\n\r\n\x01") == outcome::no_signature);
    CHECK(outcome_of("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n") == outcome::no_signature);
    CHECK(outcome_of("\r\n\r\n") == outcome::incomplete);
    CHECK(outcome_of(proxy_bytes(0x11, 0x11, std::string(12, 'x'))) == outcome::bad_version);
    CHECK(outcome_of(proxy_bytes(0x22, 0x11, std::string(12, 'x'))) == outcome::bad_version);
    CHECK(outcome_of(proxy_bytes(0x21, 0x12, std::string(12, 'x'))) == outcome::bad_family);
    CHECK(outcome_of(proxy_bytes(0x21, 0x41, std::string(12, 'x'))) == outcome::bad_family);
}

TEST_CASE("a header is as long as its addresses need", "[chatd][proxy]") {
    CHECK(outcome_of(proxy_bytes(0x21, 0x11, std::string(11, 'x'))) == outcome::too_short);
    CHECK(outcome_of(proxy_bytes(0x21, 0x11, std::string(12, 'x'))) == outcome::complete);
    CHECK(outcome_of(proxy_bytes(0x21, 0x21, std::string(35, 'x'))) == outcome::too_short);
    CHECK(outcome_of(proxy_bytes(0x21, 0x21, std::string(36, 'x'))) == outcome::complete);
    CHECK(outcome_of(proxy_bytes(0x21, 0x31, std::string(215, 'x'))) == outcome::too_short);
}

TEST_CASE("a header may be as long as the limit and no longer", "[chatd][proxy]") {
    const auto of_size = [](std::size_t size) {
        return proxy_bytes(0x21, 0x11, std::string(size - 16, 'x'));
    };
    CHECK(outcome_of(of_size(99), 100) == outcome::complete);
    CHECK(outcome_of(of_size(100), 100) == outcome::complete);
    CHECK(outcome_of(of_size(101), 100) == outcome::too_long);
    CHECK(outcome_of(of_size(65551), 70000) == outcome::complete); // the longest there can be
}

TEST_CASE("random and damaged headers are read to an outcome", "[chatd][proxy]") {
    std::mt19937 random(20260); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
    const auto byte = [&random] { return static_cast<char>(random() & 0xff); };
    std::size_t complete = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = random() % 2 == 0
                                ? proxied_v4("192.0.2.7", 1, std::string(random() % 40, 'x'))
                                : proxied_v6("2001:db8::7", 1);
        for (auto damage = random() % 3; damage > 0; --damage)
            bytes[random() % bytes.size()] = byte();
        bytes.resize(random() % 4 == 0 ? random() % bytes.size() : bytes.size());
        proxy_header header{usual_limit};
        const auto left = feed(header, bytes, 1 + random() % 50);
        CHECK(header.size() + left.size() == bytes.size());
        if (header.result() == outcome::incomplete) {
            CHECK(left.empty());
            CHECK(header.wanted() > 0);
        } else {
            CHECK(header.wanted() == 0);
        }
        (void)header.source();
        complete += header.result() == outcome::complete ? 1 : 0;
    }
    CHECK(complete > 5'000);
    CHECK(complete < 19'000);
}
