// Descriptors and the listener, which the original server lost: K3, K4 and K5.

#include <sys/resource.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/wire_client.hpp"

using support::daemon_process;
using support::wire_client;

namespace {

/// Raises this process's descriptor limit, which the daemon inherits; false when it may not.
bool allow_descriptors(rlim_t wanted) {
    rlimit limits{};
    ::getrlimit(RLIMIT_NOFILE, &limits);
    if (limits.rlim_cur >= wanted)
        return true;
    limits.rlim_cur = wanted;
    return limits.rlim_max >= wanted && ::setrlimit(RLIMIT_NOFILE, &limits) == 0;
}

long open_descriptors(const daemon_process& daemon) {
    const std::filesystem::path directory = "/proc/" + std::to_string(daemon.pid()) + "/fd";
    return std::distance(std::filesystem::directory_iterator(directory), {});
}

/// Logs in on a fresh connection, unless the server refuses that connection or ends it.
std::optional<wire_client> try_log_in(const std::string& endpoint, const std::string& name) {
    wire_client client(endpoint, name);
    if (client.read_segment() != "Connect Success")
        return std::nullopt;
    client.send("login " + name + "\n");
    client.expect("Login Success");
    return client;
}

} // namespace

TEST_CASE("descriptors past 1024 are like any other", "[wire][K3]") {
    if (!allow_descriptors(3000))
        SKIP("the limit of open files is below 3000");
    daemon_process daemon;
    auto early = wire_client::logged_in(daemon.endpoint(), "early");
    std::vector<wire_client> idle;
    for (int i = 0; i < 1100; ++i) {
        idle.emplace_back(daemon.endpoint());
        idle.back().expect("Connect Success");
    }
    CHECK(open_descriptors(daemon) > 1100);
    auto late = wire_client::logged_in(daemon.endpoint(), "late");
    early.expect("late has entered the room.\n");
    late.send("say hello\n");
    late.expect("late: hello\n");
    early.expect("late: hello\n");
    idle.clear();
    early.fence();
    late.send("logout\n");
    late.expect_eof();
    early.expect("late has left the room.\n");
    daemon.stop();
}

TEST_CASE("at the descriptor limit the room talks on and the listener survives", "[wire][K4]") {
    daemon_process::options few;
    few.descriptor_limit = 64;
    daemon_process daemon({}, few);
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    auto bob = wire_client::logged_in(daemon.endpoint(), "bob");
    alice.expect("bob has entered the room.\n");
    std::vector<wire_client> crowd;
    for (int i = 0; i < 100; ++i)
        crowd.emplace_back(daemon.endpoint());
    for (int i = 0; i < 20; ++i) {
        alice.send("say " + std::to_string(i) + "\n");
        const std::string line = "alice: " + std::to_string(i) + "\n";
        alice.expect(line);
        bob.expect(line);
    }
    crowd.clear();
    std::optional<wire_client> carl;
    support::wait_until("there is room again", [&] {
        carl = try_log_in(daemon.endpoint(), "carl");
        return carl.has_value();
    });
    alice.expect("carl has entered the room.\n");
    bob.expect("carl has entered the room.\n");
    alice.fence();
    bob.fence();
    daemon.stop();
}

TEST_CASE("connections that end before they are accepted cost nothing", "[wire][K5]") {
    daemon_process daemon;
    auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
    for (int round = 0; round < 5; ++round) {
        daemon.pause();
        for (int i = 0; i < 40; ++i) {
            wire_client gone(daemon.endpoint());
            if (i % 2 == 0)
                gone.reset();
        }
        daemon.resume();
        auto bob = wire_client::logged_in(daemon.endpoint(), "bob");
        alice.expect("bob has entered the room.\n");
        bob.fence();
        bob.send("logout\n");
        bob.expect_eof();
        alice.expect("bob has left the room.\n");
    }
    alice.fence();
    daemon.stop();
}
