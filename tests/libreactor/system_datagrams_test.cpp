// The calls that move datagrams, by the batch or by the twin that makes single calls.
#include "support/catch.hpp"

#include "system.hpp"

#include <reactor/datagram.hpp>
#include <reactor/endpoint.hpp>
#include <reactor/unique_fd.hpp>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <vector>

namespace system_calls = reactor::system;
using reactor::datagram;
using reactor::endpoint;

namespace {

struct udp_socket {
    udp_socket() {
        const auto made = system_calls::socket(AF_INET, SOCK_DGRAM);
        REQUIRE(made.ok());
        fd.reset(static_cast<int>(made.value));
        const auto any = endpoint::loopback_v4(0);
        REQUIRE(system_calls::bind(fd.get(), any.native(), any.native_size()).ok());
        sockaddr_storage bound{};
        socklen_t size = sizeof bound;
        auto* const name = reinterpret_cast<sockaddr*>(&bound);
        REQUIRE(system_calls::getsockname(fd.get(), name, &size).ok());
        address = endpoint::from_native(name, size);
    }
    reactor::unique_fd fd;
    endpoint address;
};

datagram message_for(std::string& text, const endpoint& to) {
    return {.bytes = {text.data(), text.size()}, .peer = to};
}

std::string text_of(const datagram& one) { return {one.bytes.data(), one.bytes.size()}; }

/// Room for datagrams of 8 bytes.
struct rooms {
    explicit rooms(std::size_t count) : memory(count * 8), messages(count) {
        for (std::size_t i = 0; i < count; ++i)
            messages[i].bytes = {memory.data() + 8 * i, 8};
    }
    std::vector<char> memory;
    std::vector<datagram> messages;
};

} // namespace

TEST_CASE("one datagram is cut to the room and told to be", "[system][datagram]") {
    const udp_socket a;
    const udp_socket b;
    std::string text = "nine bytes";
    rooms room(1);
    CHECK(system_calls::recvfrom(b.fd.get(), room.messages[0]).error == EAGAIN);
    REQUIRE(system_calls::sendto(a.fd.get(), message_for(text, b.address)).value == 10);
    REQUIRE(system_calls::recvfrom(b.fd.get(), room.messages[0]).value == 8);
    CHECK(text_of(room.messages[0]) == "nine byt");
    CHECK(room.messages[0].truncated);
    CHECK(room.messages[0].peer == a.address);
    std::string empty;
    REQUIRE(system_calls::sendto(a.fd.get(), message_for(empty, b.address)).value == 0);
    REQUIRE(system_calls::recvfrom(b.fd.get(), room.messages[0]).value == 0);
    CHECK_FALSE(room.messages[0].truncated);
}

TEST_CASE("a batch of datagrams is received as far as it goes", "[system][datagram]") {
    const udp_socket a;
    const udp_socket b;
    rooms room(100);
    CHECK(system_calls::recvmmsg(b.fd.get(), room.messages).error == EAGAIN);
    std::array<std::string, 3> texts{"one", "", "far too long"};
    std::vector<datagram> messages;
    for (auto& text : texts)
        messages.push_back(message_for(text, b.address));
    REQUIRE(system_calls::sendmmsg(a.fd.get(), messages).value == 3);
    REQUIRE(system_calls::recvmmsg(b.fd.get(), room.messages).value == 3);
    CHECK(text_of(room.messages[0]) == "one");
    CHECK(text_of(room.messages[1]).empty());
    CHECK(text_of(room.messages[2]) == "far too ");
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(room.messages[i].truncated == (i == 2));
        CHECK(room.messages[i].peer == a.address);
    }
    CHECK(room.messages[3].bytes.size() == 8); // as it was
}

TEST_CASE("one call moves no more datagrams than it may", "[system][datagram]") {
    constexpr auto most = static_cast<std::int64_t>(system_calls::datagram_batch_limit);
    const udp_socket a;
    const udp_socket b;
    std::string text = "x";
    const std::vector<datagram> messages(70, message_for(text, b.address));
    REQUIRE(system_calls::sendmmsg(a.fd.get(), messages).value == most);
    REQUIRE(system_calls::sendmmsg(a.fd.get(), std::span(messages).subspan(64)).value == 6);
    rooms room(70);
    CHECK(system_calls::recvmmsg(b.fd.get(), room.messages).value == most);
    CHECK(system_calls::recvmmsg(b.fd.get(), room.messages).value == 6);
}

TEST_CASE("a batch is sent up to the first that fails", "[system][datagram]") {
    const udp_socket a;
    const udp_socket b;
    std::string text = "fine";
    std::string long_text(70'000, 'x');
    const std::vector<datagram> messages{message_for(text, b.address),
                                         message_for(long_text, b.address),
                                         message_for(text, b.address)};
    CHECK(system_calls::sendmmsg(a.fd.get(), messages).value == 1);
    CHECK(system_calls::sendmmsg(a.fd.get(), std::span(messages).subspan(1)).error == EMSGSIZE);
    std::string nowhere = "nowhere";
    const std::vector<datagram> unaddressed{message_for(nowhere, {})};
    CHECK(system_calls::sendmmsg(a.fd.get(), unaddressed).error == EDESTADDRREQ);
    REQUIRE(system_calls::connect(a.fd.get(), b.address.native(), b.address.native_size()).ok());
    CHECK(system_calls::sendmmsg(a.fd.get(), unaddressed).value == 1);
}
