// Each workload against a server without fault, alone and mixed.

#include "bench/chatload/runner.hpp"
#include "bench/chatload/test_server.hpp"
#include "support/catch.hpp"

#include <optional>

using chatload::load;
using chatload::load_figures;
using chatload::plan;
using chatload::run_figures;
using chatload::runner;
using chatload::workload;
using namespace std::chrono_literals;

namespace {

run_figures run(const test_server& server, std::vector<load> loads, std::uint32_t threads = 1) {
    plan asked = server.short_run();
    asked.loads = std::move(loads);
    asked.threads = threads;
    return runner(asked).run();
}

} // namespace

TEST_CASE("questions are answered in a closed window", "[workload]") {
    const test_server server;
    const run_figures found = run(server, {load_of(workload::ping, 4)});
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(found.done.answers > 4);
    CHECK(found.whole_run.lines == 0);
    CHECK(times_of(found.loads[0], "answer").count() > 4);
}

TEST_CASE("questions are asked at a rate", "[workload]") {
    const test_server server;
    load ping = load_of(workload::ping, 4);
    ping.rate = 1000;
    plan asked = server.short_run();
    asked.loads = {ping};
    const run_figures found = run_until(keeps_rate(1000), asked);
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(keeps_rate(1000)(found));
    CHECK(found.loads[0].latest_send > 0ns);
}

TEST_CASE("visitors come and go at a rate", "[workload]") {
    const test_server server;
    load churn = load_of(workload::churn, 1000);
    churn.rate = 500;
    const run_figures found = run(server, {churn});
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(found.whole_run.logins >= 10); // a busy machine begins late
    // The line of one that was alone with others that left may be counted by nobody.
    CHECK(found.whole_run.lines > found.whole_run.logins / 2);
    CHECK(times_of(found.loads[0], "login").count() > 0);
    CHECK(server.said() == found.whole_run.logins);
}

TEST_CASE("no more visitors are there at the same time than may be", "[workload]") {
    const test_server server;
    load churn = load_of(workload::churn, 1);
    churn.rate = 1e6; // another is due before the first is greeted
    const run_figures found = run(server, {churn});
    INFO(shown(found));
    REQUIRE_FALSE(found.failures.empty());
    CHECK(found.failures[0] == "schedule given up: visits under way are 1, and clients allows no "
                               "more at the same time");
    CHECK(server.said() <= 1);
}

TEST_CASE("idle connections are held and may be logged in", "[workload]") {
    const test_server server;
    load in = load_of(workload::idle, 5);
    in.logged_in = true;
    load out = load_of(workload::idle, 7);
    out.name = "out";
    const run_figures found = run(server, {in, out});
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(found.whole_run.logins == 5);
    CHECK(found.whole_run.joins == 10);
    REQUIRE(found.seconds.size() == 1);
    CHECK(found.seconds[0].connected == 12);
}

TEST_CASE("stalled readers get all that was sent once they read again", "[workload]") {
    const test_server server;
    load stalled = load_of(workload::stalled, 8);
    stalled.share = 0.5;
    const run_figures found = run(server, {stalled});
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(found.loads[0].closed_stalled == 0);
    CHECK(found.whole_run.deliveries == found.whole_run.lines * 8);
}

TEST_CASE("stalled readers that the server closes are counted and no failure", "[workload]") {
    std::optional<runner> running; // outlives the server's thread, which uses it
    std::size_t closed = 0;
    const test_server server([&](std::size_t member, std::size_t n, const std::string& line) {
        if (member < 6 || n < 200)
            return line;
        if (++closed == 2)
            running->interrupt();
        return std::string{"close"};
    });
    load stalled = load_of(workload::stalled, 8);
    stalled.share = 0.25;
    plan asked = server.short_run();
    asked.warm_up = 0s;
    asked.duration = 60s; // until both are closed
    asked.loads = {stalled};
    running.emplace(asked);
    const run_figures found = running->run();
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(found.loads[0].closed_stalled == 2);
}

TEST_CASE("a storm ends when all are in and told of each other", "[workload]") {
    const test_server server;
    plan asked = server.short_run();
    asked.loads = {load_of(workload::storm, 50)};
    asked.duration = 60s; // not waited for
    const run_figures found = runner(asked).run();
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(found.done.logins == 50);
    CHECK(found.whole_run.joins == 50 * 49 / 2);
    CHECK(times_of(found.loads[0], "login").count() == 50);
    CHECK(found.measured < 30s);
}

TEST_CASE("all workloads at the same time get what they should", "[workload]") {
    const test_server server;
    load churn = load_of(workload::churn, 1000);
    churn.rate = 50;
    load talk = load_of(workload::fan_out, 6);
    talk.senders = 2;
    load stalled = load_of(workload::stalled, 4);
    stalled.rate = 500;
    const std::vector<load> loads = {talk,
                                     stalled,
                                     churn,
                                     load_of(workload::ping, 3),
                                     load_of(workload::idle, 3),
                                     load_of(workload::storm, 20)};
    for (const std::uint32_t threads : {1U, 2U, 3U}) {
        const run_figures found = run(server, loads, threads);
        INFO(threads << " threads: " << shown(found));
        CHECK(found.ok());
        REQUIRE(found.loads.size() == 6);
        CHECK(found.loads[0].done.lines > 0);
        CHECK(found.loads[1].done.lines > 0);
        CHECK(found.whole_run.logins > 6 + 4 + 3 + 20); // visitors too, who may have come before
        CHECK(found.loads[3].done.answers > 0);
        CHECK(found.loads[5].done.logins == 20);
        CHECK(times_of(found.loads[0], "echo").count() > 0);
        CHECK(times_of(found.loads[5], "login").count() == 20);
    }
}
