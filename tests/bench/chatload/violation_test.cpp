// What a run finds of a server that errs, or that is not there.

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

/// The run found this kind of violation only, `count` times.
void check_only(const run_figures& found, violation_kind kind, std::uint64_t count) {
    INFO(shown(found));
    CHECK(found.failure_count == 0);
    CHECK(found.found.of(kind) == count);
    CHECK(found.found.total() == count);
}

} // namespace

TEST_CASE("a line that the server drops for one client is lost", "[violation]") {
    const test_server server([](std::size_t member, std::size_t n, const std::string& line) {
        return member == 3 && n == 7 ? std::string{} : line;
    });
    check_only(runner(server.talk(5, 2)).run(), violation_kind::lost, 1);
}

TEST_CASE("a line that the server doubles is found", "[violation]") {
    const test_server server([](std::size_t member, std::size_t n, const std::string& line) {
        return member == 3 && n == 7 ? line + line : line;
    });
    check_only(runner(server.talk(5, 2)).run(), violation_kind::doubled, 1);
}

TEST_CASE("lines that the server swaps for one client are found", "[violation]") {
    const test_server server(
        [held = std::string{}](std::size_t member, std::size_t n, const std::string& line) mutable {
            if (member != 3 || n < 7 || n > 8)
                return line;
            if (n == 7)
                return held = line, std::string{};
            return line + held;
        });
    check_only(runner(server.talk(5, 2)).run(), violation_kind::reordered, 1);
}

TEST_CASE("a line that the server cuts is torn and lost", "[violation]") {
    const test_server server([](std::size_t member, std::size_t n, const std::string& line) {
        return member == 3 && n == 7 ? line.substr(0, 33) + "\n" : line;
    });
    const run_figures found = runner(server.talk(5, 2)).run();
    INFO(shown(found));
    CHECK(found.found.of(violation_kind::torn) == 1);
    CHECK(found.found.of(violation_kind::lost) == 1);
    CHECK(found.found.total() == 2);
}

TEST_CASE("a server that stops delivering is given up with all that was lost", "[violation]") {
    const test_server server([](std::size_t, std::size_t n, const std::string& line) {
        return n < 40 ? line : std::string{};
    });
    plan asked = server.talk(5, 2);
    asked.duration = 10s;
    asked.patience = 1s;
    const run_figures found = runner(asked).run();
    INFO(shown(found));
    CHECK_FALSE(found.ok());
    CHECK(found.whole_run.lines >= 40);
    CHECK(found.found.of(violation_kind::lost) == 5 * 8);
    REQUIRE(found.failures.size() == 1);
    CHECK_THAT(found.failures[0], ContainsSubstring("delivers nothing any more"));
}

TEST_CASE("a client that the server closes is named and the others go on", "[violation]") {
    const test_server server([](std::size_t member, std::size_t n, const std::string& line) {
        return member == 3 && n >= 7 ? std::string{"close"} : line;
    });
    const run_figures found = runner(server.talk(5, 1)).run();
    INFO(shown(found));
    CHECK(found.failure_count == 1);
    REQUIRE(found.failures.size() == 1);
    CHECK_THAT(found.failures[0], ContainsSubstring("client u"));
    CHECK(found.found.total() == 0);
    CHECK(found.whole_run.lines > 10);
}

TEST_CASE("a server that dies in the middle is one line and what was measured is kept",
          "[violation]") {
    test_server* dying = nullptr;
    test_server server([&](std::size_t member, std::size_t n, const std::string& line) {
        if (member == 0 && n == 1000)
            dying->die();
        return line;
    });
    dying = &server;
    plan asked = server.talk(5, 1);
    asked.warm_up = 0s;
    asked.duration = 60s;
    const run_figures found = runner(asked).run();
    INFO(shown(found));
    CHECK(found.failure_count == found.failures.size()); // clients that fail alike share a line
    CHECK(found.done.lines > 0);
    CHECK(found.measured > 0ns);
    CHECK_THAT(found.failures.at(0), ContainsSubstring("client"));
    CHECK(found.failures.size() <= 3); // closed, or reset where lines were under way
}

TEST_CASE("a server that refuses is quoted", "[violation]") {
    const test_server server({}, "Sorry, the server is full\n");
    const run_figures found = runner(server.talk(2, 1)).run();
    REQUIRE(found.failure_count >= 1);
    CHECK_THAT(found.failures[0], ContainsSubstring("refused: \"Sorry"));
}

TEST_CASE("a server that does not answer is waited for in vain", "[violation]") {
    const test_server server({}, "");
    plan asked = server.talk(2, 1);
    asked.patience = 200ms;
    const run_figures found = runner(asked).run();
    REQUIRE(found.failure_count >= 1);
    CHECK_THAT(found.failures[0], ContainsSubstring("waiting for the greeting"));
}

TEST_CASE("nobody listening is a failure that names the address", "[violation]") {
    plan asked;
    {
        const test_server server;
        asked = server.talk(2, 1);
    }
    const run_figures found = runner(asked).run();
    REQUIRE(found.failure_count >= 1);
    CHECK_THAT(found.failures[0], ContainsSubstring("cannot connect"));
    CHECK_THAT(found.failures[0], ContainsSubstring(asked.server.to_string()));
}
