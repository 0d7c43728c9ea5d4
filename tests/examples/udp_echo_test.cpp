#include "support/catch.hpp"
#include "support/program.hpp"

#include "examples/example.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using examples::binary;
using support::program;

namespace {

/// Sends to one address of 127.0.0.1 and takes answers of that one alone.
class udp_client {
public:
    explicit udp_client(const std::string& address)
        : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port =
            htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    }
    udp_client(const udp_client&) = delete;
    udp_client& operator=(const udp_client&) = delete;
    ~udp_client() { ::close(fd_); }

    void send(std::string_view text) const {
        REQUIRE(::send(fd_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    }
    void expect(std::string_view text) const {
        pollfd entry{fd_, POLLIN, 0};
        constexpr std::chrono::milliseconds limit = support::patience;
        REQUIRE(::poll(&entry, 1, static_cast<int>(limit.count())) == 1);
        std::array<char, 4096> bytes{};
        const auto got = ::recv(fd_, bytes.data(), bytes.size(), 0);
        REQUIRE(got >= 0);
        CHECK(std::string_view(bytes.data(), static_cast<std::size_t>(got)) == text);
    }

private:
    int fd_;
};

} // namespace

TEST_CASE("the UDP echo answers each with its own", "[examples][datagram]") {
    program server(binary("udp_echo"), {"127.0.0.1:0"});
    const auto address = server.address();
    const udp_client first(address);
    const udp_client second(address);
    first.send("hello");
    second.send("");
    first.send(std::string(2000, 'x'));
    second.send("after nothing");
    first.expect("hello");
    first.expect(std::string(2000, 'x'));
    second.expect("");
    second.expect("after nothing");
    server.stop();
}

TEST_CASE("the UDP echo outlives those who do not wait for an answer", "[examples][datagram]") {
    program server(binary("udp_echo"), {"127.0.0.1:0"});
    const auto address = server.address();
    {
        const udp_client gone(address);
        for (int i = 0; i < 100; ++i)
            gone.send("and gone");
    }
    const udp_client stays(address);
    stays.send("still there?");
    stays.expect("still there?");
    server.stop(SIGINT);
}
