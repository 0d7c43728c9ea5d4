#include "examples/example.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <vector>

using examples::example;

namespace {

/// A target of the test's own, which reads when it is told to.
class target {
public:
    target() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(listener_, any, size) == 0);
        REQUIRE(::listen(listener_, 1) == 0);
        REQUIRE(::getsockname(listener_, any, &size) == 0);
        name = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    }
    target(const target&) = delete;
    target& operator=(const target&) = delete;
    ~target() {
        ::close(listener_);
        if (connection_ >= 0)
            ::close(connection_);
    }

    void accept() {
        pollfd entry{listener_, POLLIN, 0};
        REQUIRE(::poll(&entry, 1, 10'000) == 1);
        connection_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        REQUIRE(connection_ >= 0);
    }
    /// All that comes until the end.
    [[nodiscard]] std::size_t read_to_end() const {
        std::vector<char> buffer(1024 * 1024);
        std::size_t sum = 0;
        for (;;) {
            const auto size = ::recv(connection_, buffer.data(), buffer.size(), 0);
            if (size <= 0)
                return sum;
            sum += static_cast<std::size_t>(size);
        }
    }

    std::string name;

private:
    int listener_;
    int connection_ = -1;
};

} // namespace

TEST_CASE("the proxy passes bytes on both ways", "[examples]") {
    example server("echo_server");
    example proxy("tcp_proxy", {server.address, "127.0.0.1:0"});
    auto first = proxy.connect("first");
    auto second = proxy.connect("second");
    first.send("one");
    second.send("two");
    first.expect("one");
    second.expect("two");
    server.process.stop();
    first.expect_closed();
    proxy.process.stop();
}

TEST_CASE("the proxy does not read what its target does not take", "[examples]") {
    target slow;
    example proxy("tcp_proxy", {slow.name, "127.0.0.1:0"});
    auto client = proxy.connect();
    const std::string block(256 * 1024, 'x');
    std::size_t sent = 0;
    while (client.writable_within(std::chrono::milliseconds(300)))
        sent += client.send_some(block);
    CHECK(sent < std::size_t{64} * 1024 * 1024); // two kernels' buffers, and no queue without end
    slow.accept();
    client.half_close();
    CHECK(slow.read_to_end() == sent);
    proxy.process.stop();
}

TEST_CASE("the proxy closes a client whose target is not there", "[examples]") {
    std::string nowhere;
    {
        const target gone;
        nowhere = gone.name;
    }
    example proxy("tcp_proxy", {nowhere, "127.0.0.1:0"});
    auto client = proxy.connect();
    client.expect_closed();
    proxy.process.stop();
}
