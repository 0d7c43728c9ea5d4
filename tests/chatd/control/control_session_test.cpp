// Control connections in this process, with limits that tests can wait for.
#include "chatd/control/control_socket.hpp"

#include "chatd/daemon.hpp"

#include <reactor/endpoint.hpp>
#include <reactor/loop.hpp>
#include <reactor/unique_fd.hpp>

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "support/catch.hpp"
#include "support/socket_pair.hpp"
#include "support/temp_dir.hpp"
#include "support/wait_until.hpp"

using namespace chatd::control;
using std::chrono::milliseconds;

namespace {

/// A daemon in this process whose control connections have these limits.
struct stage {
    support::temp_dir directory;
    chatd::daemon process{{}, {}};
    control_socket socket;
    std::string path = directory.file("control.sock");

    explicit stage(const control_limits& limit) : socket(process, limit) {
        std::string why;
        const bool opened = socket.open(path, why);
        INFO(why);
        REQUIRE(opened);
    }

    [[nodiscard]] reactor::unique_fd connect() {
        auto fd = support::connect_to(reactor::endpoint::unix_path(path));
        const auto before = socket.sessions();
        run_until("it was accepted", [&] { return socket.sessions() > before; });
        return fd;
    }

    template <class Condition>
    void run_until(std::string_view what, Condition holds) {
        support::wait_until(what, [&] {
            process.loop().run_once();
            return holds();
        });
    }
};

void send(const reactor::unique_fd& fd, std::string_view bytes) {
    REQUIRE(::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
            static_cast<ssize_t>(bytes.size()));
}

/// What is there to be read; ends with `(end)` when the connection has ended.
std::string received(const reactor::unique_fd& fd) {
    std::string all;
    std::array<char, 4096> piece{};
    for (;;) {
        const auto size = ::recv(fd.get(), piece.data(), piece.size(), MSG_DONTWAIT);
        if (size <= 0)
            return size == 0 ? all + "(end)" : all;
        all.append(piece.data(), static_cast<std::size_t>(size));
    }
}

} // namespace

TEST_CASE("a control connection without requests is closed", "[control]") {
    control_limits limit;
    limit.idle = milliseconds{20};
    stage it(limit);
    const auto client = it.connect();
    it.run_until("it is closed", [&] { return it.socket.sessions() == 0; });
    CHECK(received(client) == "(end)");
    CHECK(it.process.service().counts().control_closed == 1);
}

TEST_CASE("a control connection whose peer takes no answer is closed", "[control]") {
    control_limits limit;
    limit.output.no_progress = milliseconds{20};
    stage it(limit);
    const auto client = it.connect();
    std::string many;
    for (int i = 0; i < 300; ++i)
        many += "help\n";
    send(client, many);
    it.run_until("it is closed", [&] { return it.socket.sessions() == 0; });
    CHECK(it.process.loop().output_memory() < 512 * 1024);
    CHECK(it.process.service().counts().control_closed == 1);
    CHECK(it.process.service().counts().control_waits >= 1);
}

TEST_CASE("who takes its answers slowly gets all of them", "[control]") {
    control_limits limit;
    limit.idle = std::chrono::hours{1};
    limit.output.no_progress = {};
    stage it(limit);
    const auto client = it.connect();
    std::string many;
    for (int i = 0; i < 300; ++i)
        many += "trace\nwho\n";
    send(client, many + "nonsense\n");
    std::string all;
    it.run_until("the last answer has come", [&] {
        std::array<char, 8192> piece{};
        const auto size = ::recv(client.get(), piece.data(), piece.size(), MSG_DONTWAIT);
        if (size > 0)
            all.append(piece.data(), static_cast<std::size_t>(size));
        return all.ends_with("there is no command nonsense; 'help' lists them\n");
    });
    std::size_t answers = 0;
    for (std::size_t at = 0; (at = all.find("\n.ok\n", at)) != std::string::npos; ++at)
        ++answers;
    CHECK(answers == 600);
}

TEST_CASE("the end of the socket lets answers under way go out", "[control]") {
    stage it({});
    const auto idle = it.connect();
    const auto asker = it.connect();
    send(asker, "version\n");
    const auto reads = it.process.loop().counters().reads;
    it.run_until("it was heard", [&] { return it.process.loop().counters().reads > reads; });
    it.socket.stop();
    std::string heard;
    it.run_until("both have ended", [&] {
        heard += received(asker);
        if (heard.ends_with("(end)"))
            ::shutdown(asker.get(), SHUT_RDWR);
        return it.socket.sessions() == 0;
    });
    CHECK(heard.starts_with(":text\nchatd "));
    CHECK(received(idle) == "(end)");
}
