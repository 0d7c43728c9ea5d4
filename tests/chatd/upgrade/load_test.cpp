// A load generator that checks every line runs through ten changes of the process.

#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chatd/upgrade/fake_store.hpp"
#include "chatd/upgrade/stages.hpp"
#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/program.hpp"
#include "support/wire_client.hpp"

using Catch::Matchers::ContainsSubstring;
using support::daemon_process;
using support::wire_client;

namespace {

constexpr std::size_t restarts = 10;
constexpr std::size_t lines_between = 300;

const std::vector<std::string> unflooded{"--listen", "127.0.0.1:0", "--flood-rate", "0"};

/// chatload, and a member of the same room by whom one can see that it goes on.
class load {
public:
    load(const std::string& endpoint, std::vector<std::string> pace)
        : witness_(wire_client::logged_in(endpoint, "witness")),
          chatload_(CHATLOAD_BINARY, arguments(endpoint, std::move(pace))) {
        witness_.read_until(": "); // somebody says something
    }

    void go_on() { witness_.read_lines(lines_between); }

    /// Ends it; it has found nothing.
    void check() {
        chatload_.signal(SIGINT);
        const int status = chatload_.wait();
        INFO(chatload_.output());
        CHECK(status == 0);
        CHECK_THAT(chatload_.output(),
                   ContainsSubstring("each whole, once and in one order; 60 logins"));
    }

private:
    static std::vector<std::string> arguments(const std::string& endpoint,
                                              std::vector<std::string> pace) {
        pace.insert(pace.end(), {"--connect", endpoint, "--clients", "60", "--senders", "6",
                                 "--warm-up", "100ms", "--duration", "60s", "--quiet"});
        return pace;
    }

    wire_client witness_;
    support::program chatload_;
};

} // namespace

TEST_CASE("ten upgrades in place under load lose and double and reorder nothing",
          "[upgrade][load]") {
    daemon_process daemon(unflooded);
    load all(daemon.endpoint(), {"--window", "4"});
    for (std::size_t i = 1; i <= restarts; ++i) {
        all.go_on();
        daemon.signal(SIGUSR2);
        support::wait_until("the next program serves", [&] {
            return support::has_logged(daemon, "restored sessions=61 lost=0 closed=0 ", i);
        });
    }
    all.go_on();
    all.check();
}

#if CHATD_WITH_SYSTEMD

TEST_CASE("ten restarts with a store under load lose and double and reorder nothing",
          "[upgrade][load]") {
    support::fake_store store;
    std::optional<daemon_process> daemon(std::in_place, unflooded, store.start());
    load all(daemon->endpoint(), {"--rate", "1500"});
    for (std::size_t i = 1; i <= restarts; ++i) {
        all.go_on();
        daemon->stop();
        daemon.emplace(unflooded, store.start());
        CHECK_THAT(daemon->log(), ContainsSubstring("restored sessions=61 lost=0 closed=0 "));
    }
    all.go_on();
    all.check();
}

#endif
