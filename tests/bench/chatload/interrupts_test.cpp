#include "bench/chatload/interrupts.hpp"

#include "bench/chatload/test_server.hpp"
#include "support/catch.hpp"

#include <csignal>

using chatload::interrupts;
using chatload::plan;
using chatload::run_figures;
using namespace std::chrono_literals;

TEST_CASE("a signal that came before a run ends it at once", "[interrupts]") {
    const test_server server;
    plan asked = server.talk(2, 1);
    asked.duration = 10min;
    const interrupts between_runs;
    CHECK_FALSE(between_runs.seen());
    std::raise(SIGTERM);
    CHECK(between_runs.seen());
    const run_figures found = between_runs.run(asked, nullptr);
    CHECK(found.interrupted);
    CHECK(found.measured == 0ns);
}
