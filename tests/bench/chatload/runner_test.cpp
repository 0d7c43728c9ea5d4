#include "bench/chatload/runner.hpp"

#include "bench/chatload/test_server.hpp"
#include "support/catch.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

using Catch::Matchers::ContainsSubstring;
using chatload::plan;
using chatload::run_figures;
using chatload::run_phase;
using chatload::runner;
using chatload::workload;
using namespace std::chrono_literals;

namespace {

/// Keeps what it is told.
struct note_taker : chatload::run_observer {
    void progress(const chatload::run_progress& now) override {
        if (phases.empty() || phases.back() != now.phase)
            phases.push_back(now.phase);
        last = now;
    }
    std::vector<run_phase> phases;
    chatload::run_progress last;
};

} // namespace

TEST_CASE("a run against a right server finds no fault", "[runner]") {
    const test_server server;
    plan asked = server.talk(20, 3);
    asked.loads.push_back(load_of(workload::idle, 4));
    asked.server_pid = ::getpid();
    const run_figures found = run_until(has_times_of_others, asked);
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(found.whole_run.joins == 190);
    CHECK(found.whole_run.logins == 20);
    CHECK(found.done.lines > 0);
    CHECK(found.done.deliveries > found.done.lines);
    CHECK(found.whole_run.deliveries == found.whole_run.lines * 20);
    REQUIRE(found.loads.size() == 2);
    CHECK(found.loads[0].done.deliveries == found.done.deliveries);
    CHECK(times_of(found.loads[0], "echo").count() > 0);
    CHECK(has_times_of_others(found));
    CHECK(found.loads[1].latencies.empty());
    CHECK(found.measured >= 100ms);
    CHECK(found.generator.cpu > 0ns);
    REQUIRE(found.server);
    CHECK(found.server->resident_logged_in > 0);
}

TEST_CASE("the seconds of a run add up to the whole", "[runner]") {
    const test_server server;
    plan asked = server.talk(5, 1);
    asked.duration = 1300ms;
    const run_figures found = runner(asked).run();
    INFO(shown(found));
    REQUIRE(found.seconds.size() == 2);
    CHECK(found.seconds[0].at > 900ms);
    CHECK(found.seconds[1].at > found.seconds[0].at);
    CHECK(found.seconds[0].done.deliveries + found.seconds[1].done.deliveries ==
          found.done.deliveries);
    CHECK(found.seconds[0].connected == 5);
    CHECK(found.seconds[0].p50 > 0ns);
    CHECK(found.seconds[0].max >= found.seconds[0].p99);
}

TEST_CASE("an observer hears of every phase", "[runner]") {
    const test_server server;
    note_taker watcher;
    const run_figures found = runner(server.talk(5, 1), &watcher).run();
    CHECK(found.ok());
    CHECK(watcher.phases == std::vector<run_phase>{run_phase::connecting, run_phase::settling,
                                                   run_phase::warm_up, run_phase::measuring,
                                                   run_phase::draining});
    CHECK(watcher.last.wanted == 5);
    CHECK(watcher.last.connected == 5);
}

TEST_CASE("a run of one client and one line at a time works", "[runner]") {
    const test_server server;
    plan asked = server.talk(1, 1);
    asked.loads[0].window = 1;
    const run_figures found = runner(asked).run();
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(found.whole_run.lines > 1);
}

TEST_CASE("an open loop says as many lines as asked for", "[runner]") {
    const test_server server;
    plan asked = server.talk(5, 2);
    asked.loads[0].rate = 1000;
    const run_figures found = run_until(keeps_rate(1000), asked);
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(keeps_rate(1000)(found));
    // Late ones may be of lines said before.
    CHECK(times_of(found.loads[0], "echo").count() <= found.whole_run.lines);
    CHECK(found.loads[0].latest_send > 0ns);
}

TEST_CASE("large lines arrive whole", "[runner]") {
    const test_server server;
    plan asked = server.talk(3, 3);
    asked.size = 20'000;
    const run_figures found = runner(asked).run();
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(found.whole_run.lines > 0);
}

TEST_CASE("an interrupted run still reports what it measured", "[runner]") {
    const test_server server([](std::size_t member, std::size_t n, const std::string& line) {
        if (member == 0 && n == 1000)
            ::kill(::getpid(), SIGINT);
        return line;
    });
    plan asked = server.talk(5, 1);
    asked.warm_up = 0s;
    asked.duration = 60s;
    const run_figures found = runner(asked).run();
    INFO(shown(found));
    CHECK(found.interrupted);
    CHECK(found.ok());
    CHECK(found.done.lines > 0);
    CHECK(found.measured < 30s);
}

TEST_CASE("a second interrupt does not wait for what is under way", "[runner]") {
    std::optional<runner> running; // outlives the server's thread, which uses it
    const test_server server([&](std::size_t, std::size_t n, const std::string& line) {
        if (n == 40) {
            running->interrupt();
            running->interrupt();
        }
        return n < 40 ? line : std::string{};
    });
    plan asked = server.talk(5, 1);
    asked.warm_up = 0s;
    asked.duration = 60s;
    asked.patience = 60s;
    running.emplace(asked);
    const run_figures found = running->run();
    INFO(shown(found));
    CHECK(found.interrupted);
    CHECK(found.found.total() == 0); // nobody knows whether it would have come
    CHECK(found.whole_run.lines >= 40);
}

TEST_CASE("an interrupt before all are in is told", "[runner]") {
    const test_server server({}, "");
    runner made(server.talk(2, 1));
    made.interrupt();
    const run_figures found = made.run();
    CHECK(found.interrupted);
    REQUIRE(found.failures.size() == 1);
    CHECK_THAT(found.failures[0], ContainsSubstring("before all clients were in the room"));
}

TEST_CASE("a plan that cannot be run is a failure that says why", "[runner]") {
    const test_server server;
    plan asked = server.talk(2, 3);
    const run_figures found = runner(asked).run();
    REQUIRE(found.failures.size() == 1);
    CHECK_THAT(found.failures[0], ContainsSubstring("3 is more than the 2 clients"));
}
