// Runs of several threads, whose rooms have members in each of them.

#include "bench/chatload/runner.hpp"
#include "bench/chatload/test_server.hpp"
#include "support/catch.hpp"

#include <string>

using Catch::Matchers::ContainsSubstring;
using chatload::plan;
using chatload::run_figures;
using chatload::runner;
using chatload::violation_kind;
using namespace std::chrono_literals;

namespace {

plan two_threads(const test_server& server) {
    plan asked = server.talk(6, 2);
    asked.threads = 2;
    return asked;
}

/// Clients are dealt out by number.
bool in_second_thread(const test_server& server, std::size_t member) {
    return (server.name_of(member).back() - '0') % 2 == 1;
}

} // namespace

TEST_CASE("several threads count each line once and each delivery", "[threads]") {
    const test_server server;
    for (const std::uint32_t threads : {2U, 3U, 6U}) {
        plan asked = server.talk(6, 6);
        asked.threads = threads;
        const run_figures found = run_until(has_times_of_others, asked);
        INFO(threads << " threads: " << shown(found));
        CHECK(found.ok());
        CHECK(found.whole_run.lines > 0);
        CHECK(found.whole_run.deliveries == found.whole_run.lines * 6);
        CHECK(found.whole_run.joins == 15);
        CHECK(times_of(found.loads[0], "echo").count() > 0);
        CHECK(has_times_of_others(found));
        CHECK(found.generator.busiest_thread > 0);
    }
}

TEST_CASE("a line that one thread's members all miss is lost", "[threads]") {
    test_server* its = nullptr;
    test_server server([&](std::size_t member, std::size_t n, const std::string& line) {
        return n == 7 && in_second_thread(*its, member) ? std::string{} : line;
    });
    its = &server;
    const run_figures found = runner(two_threads(server)).run();
    INFO(shown(found));
    CHECK(found.failure_count == 0);
    CHECK(found.found.of(violation_kind::lost) == 3);
    CHECK(found.found.total() == 3);
}

TEST_CASE("the last line of a run is missed in the thread that did not say it", "[threads]") {
    test_server* its = nullptr;
    test_server server([&](std::size_t member, std::size_t n, const std::string& line) {
        return n >= 40 && in_second_thread(*its, member) ? std::string{} : line;
    });
    its = &server;
    plan asked = two_threads(server);
    asked.loads[0].senders = 1; // in the first thread
    asked.duration = 500ms;     // for more than 40 lines
    asked.patience = 1s;
    const run_figures found = runner(asked).run();
    INFO(shown(found));
    CHECK(found.found.of(violation_kind::lost) == 3 * (found.whole_run.lines - 40));
    CHECK(found.found.total() == found.found.of(violation_kind::lost));
}

TEST_CASE("an order that differs from thread to thread only is found", "[threads]") {
    test_server* its = nullptr;
    std::string held[6];
    test_server server([&](std::size_t member, std::size_t n, const std::string& line) {
        if (n < 7 || n > 8 || !in_second_thread(*its, member))
            return line;
        if (n == 7)
            return held[member] = line, std::string{};
        return line + held[member];
    });
    its = &server;
    const run_figures found = runner(two_threads(server)).run();
    INFO(shown(found));
    CHECK(found.failure_count == 0);
    CHECK(found.found.of(violation_kind::reordered) >= 1);
    CHECK(found.found.total() == found.found.of(violation_kind::reordered));
}
