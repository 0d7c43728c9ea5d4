// What the daemon tells the service manager that started it.

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/temp_dir.hpp"
#include "support/wait_until.hpp"
#include "support/wire_client.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <string_view>

using support::daemon_process;
using support::wire_client;

namespace {

/// The other end of NOTIFY_SOCKET.
class manager {
public:
    manager() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
        const auto* plain = reinterpret_cast<const sockaddr*>(&address);
        REQUIRE(::bind(socket_, plain, sizeof(address)) == 0);
    }
    manager(const manager&) = delete;
    manager& operator=(const manager&) = delete;
    ~manager() { ::close(socket_); }

    /// What makes a daemon report to it, and feed a watchdog of so many microseconds.
    daemon_process::options start(const std::string& watchdog = {}) const {
        daemon_process::options chosen;
        chosen.environment = {"NOTIFY_SOCKET=" + path_};
        if (!watchdog.empty())
            chosen.environment.push_back("WATCHDOG_USEC=" + watchdog);
        return chosen;
    }

    /// The next message; fails when none comes.
    std::string next(support::source_line at = support::source_line::here()) {
        if (!waits(static_cast<int>(std::chrono::milliseconds(support::patience).count())))
            throw support::failure(at.text() + "the daemon tells nothing");
        std::array<char, 4096> buffer{};
        const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
        return {buffer.data(), static_cast<std::size_t>(size)};
    }
    /// Skips messages up to one with these words, which it gives.
    std::string next_with(std::string_view words,
                          support::source_line at = support::source_line::here()) {
        std::string message = next(at);
        while (message.find(words) == std::string::npos)
            message = next(at);
        return message;
    }
    /// Takes what was sent by now.
    void forget() {
        while (waits(0))
            next();
    }
    /// Whether a message comes within so many milliseconds.
    bool waits(int milliseconds) const {
        pollfd entry{socket_, POLLIN, 0};
        return ::poll(&entry, 1, milliseconds) > 0;
    }

private:
    support::temp_dir dir_;
    std::string path_ = dir_.file("notify");
    int socket_;
};

} // namespace

#if CHATD_WITH_SYSTEMD

TEST_CASE("the service manager hears that the daemon is ready once it listens", "[wire][service]") {
    manager systemd;
    daemon_process daemon({}, systemd.start());
    const std::string message = systemd.next();
    CHECK(message == "READY=1\nSTATUS=0 connections");
    CHECK(wire_client::can_connect(daemon.endpoint()));
}

TEST_CASE("the service manager hears that the daemon stops", "[wire][service]") {
    manager systemd;
    daemon_process daemon({}, systemd.start());
    systemd.next_with("READY=1");
    daemon.signal(SIGTERM);
    CHECK(systemd.next_with("STOPPING=1").find("STATUS=") != std::string::npos);
    CHECK(daemon.wait().exit_code == 0);
}

TEST_CASE("the service manager hears of a reload and of its end", "[wire][service]") {
    manager systemd;
    daemon_process daemon({}, systemd.start());
    systemd.next_with("READY=1");
    daemon.signal(SIGHUP);
    CHECK(systemd.next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    CHECK(systemd.next() == "READY=1\nSTATUS=0 connections");
}

TEST_CASE("the watchdog is fed again and again with what changed in the status",
          "[wire][service]") {
    manager systemd;
    daemon_process daemon({}, systemd.start("60000"));
    systemd.next_with("READY=1");
    CHECK(systemd.next() == "WATCHDOG=1");
    wire_client client(daemon.endpoint());
    client.expect("Connect Success");
    CHECK(systemd.next_with("STATUS=1 connection").starts_with("WATCHDOG=1"));
    systemd.next_with("WATCHDOG=1");
}

TEST_CASE("a loop that hangs feeds no watchdog", "[wire][service]") {
    manager systemd;
    auto chosen = systemd.start("60000");
    chosen.binary = CHATD_HANGING_BINARY;
    daemon_process daemon({}, chosen);
    systemd.next_with("WATCHDOG=1");
    daemon.signal(SIGUSR1);
    support::wait_until("nothing comes for ten times the daemon's period", [&systemd] {
        systemd.forget();
        return !systemd.waits(200);
    });
    CHECK_FALSE(systemd.waits(500));
    daemon.signal(0); // it is still there
}

TEST_CASE("a watchdog that is meant for another process is not fed", "[wire][service]") {
    manager systemd;
    auto chosen = systemd.start("60000");
    chosen.environment.push_back("WATCHDOG_PID=1");
    daemon_process daemon({}, chosen);
    systemd.next_with("READY=1");
    CHECK_FALSE(systemd.waits(200));
}

#endif

TEST_CASE("the daemon runs when the service manager cannot be reached", "[wire][service]") {
    daemon_process::options chosen;
    chosen.environment = {"NOTIFY_SOCKET=/nonexistent/notify", "WATCHDOG_USEC=not a number"};
    daemon_process daemon({}, chosen);
    CHECK(wire_client::can_connect(daemon.endpoint()));
    daemon.stop();
}
