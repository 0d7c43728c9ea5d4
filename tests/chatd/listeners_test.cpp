#include "chatd/listeners.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <reactor/loop.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace chatd;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using reactor::endpoint;
using reactor::unique_fd;

namespace {

/// A listener set over a real loop, with what it accepted and logged.
struct fixture : acceptor {
    reactor::loop loop;
    limits limit;
    std::string log_text;
    logger log{[this](std::string_view line) { log_text += line; }};
    std::vector<std::pair<unique_fd, endpoint>> accepted;
    listener_set set{loop, limit, *this, log};

    void connection_accepted(unique_fd fd, const endpoint& peer) override {
        accepted.emplace_back(std::move(fd), peer);
    }

    /// Opens the specs; gives the error, empty if there is none.
    std::string open(std::initializer_list<std::string> texts) {
        std::vector<listen_spec> specs;
        for (const std::string& text : texts)
            specs.push_back(listen_spec::parse(text).value());
        std::string why;
        const bool opened = set.open(specs, why);
        CHECK(opened == why.empty());
        return why;
    }

    endpoint only_address() const {
        REQUIRE(set.addresses().size() == 1);
        return set.addresses().front();
    }

    void accept_one() {
        const auto before = accepted.size();
        for (int i = 0; i < 100 && accepted.size() == before; ++i)
            loop.run_once(100ms);
        REQUIRE(accepted.size() == before + 1);
    }
};

unique_fd connected(const endpoint& address, int* error = nullptr) {
    unique_fd fd{::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int result = ::connect(fd.get(), address.native(), address.native_size());
    if (error != nullptr)
        *error = result == 0 ? 0 : errno;
    else
        REQUIRE(result == 0);
    return fd;
}

/// A socket that takes `address` without the daemon's doing; empty if it cannot.
unique_fd occupied(const endpoint& address) {
    unique_fd fd{::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!fd || ::bind(fd.get(), address.native(), address.native_size()) != 0 ||
        ::listen(fd.get(), 1) != 0)
        fd.reset();
    return fd;
}

std::uint16_t port_of(const unique_fd& fd) {
    sockaddr_storage raw{};
    socklen_t size = sizeof raw;
    auto* address = reinterpret_cast<sockaddr*>(&raw);
    REQUIRE(::getsockname(fd.get(), address, &size) == 0);
    return endpoint::from_native(address, size).port();
}

bool has_ipv6() { return static_cast<bool>(occupied(endpoint::loopback_v6(0))); }

int option(const unique_fd& fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    CHECK(::getsockopt(fd.get(), level, name, &value, &size) == 0);
    return value;
}

} // namespace

TEST_CASE("a listen spec is read and written back", "[chatd][listeners]") {
    for (const char* text :
         {"localhost:6666", "127.0.0.1:0", "0.0.0.0:6666", "[::]:6666", "unix:/run/chatd.sock"}) {
        const auto spec = listen_spec::parse(text);
        REQUIRE(spec);
        CHECK(spec->to_string() == text);
    }
    for (const char* text : {"", "6666", "localhost", "localhost:", "localhost:x",
                             "localhost:65536", "example.org:1"}) {
        std::string why;
        CHECK_FALSE(listen_spec::parse(text, &why));
        CHECK_FALSE(why.empty());
    }
}

TEST_CASE("localhost is both loopback addresses with one port", "[chatd][listeners]") {
    if (!has_ipv6())
        SKIP("this machine has no ::1");
    fixture f;
    CHECK(f.open({"localhost:0"}).empty());
    const auto addresses = f.set.addresses();
    REQUIRE(addresses.size() == 2);
    const std::string port = std::to_string(addresses[0].port());
    CHECK(port != "0");
    CHECK(f.set.ready_line() == "listening on 127.0.0.1:" + port + ", [::1]:" + port +
                                    " (connect with: nc 127.0.0.1 " + port + ")");
    CHECK(f.log_text == "info local_only remedy=\"to let other machines connect, listen on all "
                        "addresses: --listen 0.0.0.0:" +
                            port + "\" category=listening\n");
    for (const endpoint& address : addresses) {
        const unique_fd client = connected(address);
        f.accept_one();
        CHECK(f.accepted.back().second.is_loopback());
        CHECK(f.accepted.back().second.port() == port_of(client));
    }
}

TEST_CASE("localhost lives with one of its addresses", "[chatd][listeners]") {
    const unique_fd other = occupied(endpoint::loopback_v6(0));
    if (!other)
        SKIP("this machine has no ::1");
    fixture f;
    const std::string port = std::to_string(port_of(other));
    CHECK(f.open({"localhost:" + port}).empty());
    CHECK(f.only_address().to_string() == "127.0.0.1:" + port);
    CHECK_THAT(
        f.log_text,
        ContainsSubstring("warning listen_failed reason=\"cannot listen on [::1]:" + port + ": "));
}

TEST_CASE("localhost fails when both of its addresses do", "[chatd][listeners]") {
    fixture first;
    CHECK(first.open({"localhost:0"}).empty());
    fixture second;
    const std::string place = "localhost:" + std::to_string(first.set.addresses().front().port());
    const std::string why = second.open({place});
    CHECK_THAT(
        why, Catch::Matchers::StartsWith("cannot listen on " + place + ": the address is in use"));
    CHECK_THAT(why, ContainsSubstring("--listen"));
    CHECK(second.set.addresses().empty());
}

TEST_CASE("one place that fails closes all that were opened", "[chatd][listeners]") {
    support::temp_dir dir;
    const unique_fd other = occupied(endpoint::loopback_v4(0));
    fixture f;
    const std::string taken = "127.0.0.1:" + std::to_string(port_of(other));
    CHECK_THAT(f.open({"unix:" + dir.file("chat"), taken}), ContainsSubstring(taken));
    CHECK(f.set.addresses().empty());
    CHECK_FALSE(std::filesystem::exists(dir.file("chat")));
    f.loop.run(); // comes back as nothing is open
}

TEST_CASE("an address of another machine is told as such", "[chatd][listeners]") {
    fixture f;
    CHECK_THAT(f.open({"192.0.2.1:0"}), ContainsSubstring("this machine has no such address"));
}

TEST_CASE("IPv4 and IPv6 for all addresses share a port", "[chatd][listeners]") {
    if (!has_ipv6())
        SKIP("this machine has no IPv6");
    // The port is the system's choice for IPv6, and another program may have it for IPv4.
    constexpr int tries = 20;
    for (int i = 1; i <= tries; ++i) {
        fixture f;
        CHECK(f.open({"[::]:0"}).empty());
        const auto port = f.only_address().port();
        CHECK_THAT(f.set.ready_line(),
                   ContainsSubstring("(connect with: nc ::1 " + std::to_string(port) + ")"));
        CHECK(f.log_text.empty());
        int error = 0;
        (void)connected(endpoint::loopback_v4(port), &error); // the listener takes IPv6 only
        fixture g;
        const auto failure = g.open({"0.0.0.0:" + std::to_string(port)});
        if (i < tries && (error != ECONNREFUSED || !failure.empty()))
            continue;
        CHECK(error == ECONNREFUSED);
        CHECK(failure.empty());
        CHECK_THAT(g.set.ready_line(), ContainsSubstring("(connect with: nc 127.0.0.1 "));
        break;
    }
}

TEST_CASE("accepted connections have the options of the listener", "[chatd][listeners]") {
    fixture f;
    f.limit.user_timeout = 7s;
    CHECK(f.open({"127.0.0.1:0"}).empty());
    const unique_fd client = connected(f.only_address());
    f.accept_one();
    const unique_fd& fd = f.accepted.front().first;
    CHECK(option(fd, IPPROTO_TCP, TCP_NODELAY) != 0);
    CHECK(option(fd, SOL_SOCKET, SO_KEEPALIVE) != 0);
#ifdef __linux__
    CHECK(option(fd, IPPROTO_TCP, TCP_KEEPIDLE) == 60);
    CHECK(option(fd, IPPROTO_TCP, TCP_KEEPINTVL) == 15);
    CHECK(option(fd, IPPROTO_TCP, TCP_KEEPCNT) == 4);
    CHECK(option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT) == 7000);
    CHECK(option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT) == 64 * 1024);
#endif
    CHECK(f.log_text.find("socket_option_failed") == std::string::npos);
}

TEST_CASE("closing all stops accepting and keeps what was accepted", "[chatd][listeners]") {
    fixture f;
    CHECK(f.open({"127.0.0.1:0"}).empty());
    const endpoint address = f.only_address();
    const unique_fd client = connected(address);
    f.accept_one();
    f.set.close_all();
    f.set.close_all();
    f.loop.run();
    int error = 0;
    (void)connected(address, &error);
    CHECK(error == ECONNREFUSED);
    CHECK(::write(f.accepted.front().first.get(), "x", 1) == 1);
    CHECK(f.log_text.find("listener_closed") == std::string::npos);
}

TEST_CASE("a UNIX socket is made and removed", "[chatd][listeners][unix]") {
    support::temp_dir dir;
    const std::string path = dir.file("chat");
    fixture f;
    CHECK(f.open({"unix:" + path}).empty());
    CHECK(f.set.ready_line() ==
          "listening on unix:" + path + " (connect with: nc -U " + path + ")");
    CHECK(std::filesystem::is_socket(path));
    const unique_fd client = connected(f.only_address());
    f.accept_one();
    CHECK(f.accepted.front().second.is_loopback());
    f.set.close_all();
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a UNIX socket that nobody answers is replaced", "[chatd][listeners][unix]") {
    support::temp_dir dir;
    const std::string path = dir.file("chat");
    occupied(endpoint::unix_path(path)).reset();
    REQUIRE(std::filesystem::is_socket(path));
    fixture f;
    CHECK(f.open({"unix:" + path}).empty());
    (void)connected(f.only_address());
    f.accept_one();
}

TEST_CASE("a UNIX socket that is answered is left alone", "[chatd][listeners][unix]") {
    support::temp_dir dir;
    const std::string path = dir.file("chat");
    fixture first;
    CHECK(first.open({"unix:" + path}).empty());
    {
        fixture second;
        CHECK_THAT(second.open({"unix:" + path}),
                   ContainsSubstring("another server answers there"));
    }
    first.accept_one(); // the second one's question
    (void)connected(first.only_address());
    first.accept_one();
}

TEST_CASE("a file that is no socket is never replaced", "[chatd][listeners][unix]") {
    support::temp_dir dir;
    const std::string path = dir.file("notes");
    std::ofstream{path} << "precious";
    fixture f;
    CHECK_THAT(f.open({"unix:" + path}), ContainsSubstring("not a socket"));
    CHECK(std::filesystem::file_size(path) == 8);
}

TEST_CASE("a UNIX socket in no directory is told as such", "[chatd][listeners][unix]") {
    support::temp_dir dir;
    fixture f;
    CHECK_THAT(f.open({"unix:" + dir.file("none/chat")}),
               ContainsSubstring("the directory does not exist"));
}

TEST_CASE("a listener leaves the file that replaced its own", "[chatd][listeners][unix]") {
    support::temp_dir dir;
    const std::string path = dir.file("chat");
    const std::string aside = dir.file("aside");
    fixture f;
    CHECK(f.open({"unix:" + path}).empty());
    std::filesystem::rename(path, aside);
    const unique_fd other = occupied(endpoint::unix_path(path));
    REQUIRE(other);
    f.set.close_all();
    CHECK(std::filesystem::is_socket(path));
}
