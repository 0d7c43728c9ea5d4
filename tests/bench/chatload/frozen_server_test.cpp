// What a server that does nothing for a while looks like: an open loop shows all of it, as its
// latencies count from the intended time; a closed loop waits for the server, and hides it.

#include "bench/chatload/runner.hpp"
#include "bench/chatload/test_server.hpp"
#include "support/catch.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <utility>

using chatload::load;
using chatload::plan;
using chatload::run_figures;
using chatload::run_phase;
using chatload::runner;
using chatload::workload;
using namespace std::chrono_literals;

namespace {

constexpr auto frozen = 200ms;

/// Freezes the server once when measuring begins.
class cold_spell : public chatload::run_observer {
public:
    explicit cold_spell(test_server& server) : server_(server) {}

    void progress(const chatload::run_progress& now) override {
        if (now.phase == run_phase::measuring && !std::exchange(came_, true))
            server_.freeze(frozen);
    }

private:
    test_server& server_;
    bool came_ = false;
};

/// Three times as long as the server is frozen, so that it answers for a third of the time.
run_figures run_through(test_server& server, const load& asked) {
    plan made = server.short_run();
    made.loads = {asked};
    made.warm_up = 0s;
    made.duration = 3 * frozen;
    cold_spell spell(server);
    return runner(made, &spell).run();
}

/// A third of the times is spread evenly from 0 to all of it.
void check_seen(const run_figures& found, const bench::histogram& times) {
    INFO(shown(found));
    CHECK(found.ok());
    CHECK(times.max() >= frozen * 9 / 10);
    CHECK(times.percentile(90) >= frozen / 2);
    CHECK(times.percentile(80) >= frozen / 4);
}

} // namespace

TEST_CASE("an open loop of lines shows a frozen server in its percentiles", "[frozen]") {
    test_server server;
    load talk = load_of(workload::fan_out, 3);
    talk.rate = 500;
    const run_figures found = run_through(server, talk);
    check_seen(found, times_of(found.loads[0], "echo"));
    CHECK(times_of(found.loads[0], "others").percentile(90) >= frozen / 2);
}

TEST_CASE("an open loop of questions shows a frozen server in its percentiles", "[frozen]") {
    test_server server;
    load ping = load_of(workload::ping, 3);
    ping.rate = 500;
    const run_figures found = run_through(server, ping);
    check_seen(found, times_of(found.loads[0], "answer"));
}

TEST_CASE("visits at a rate show a frozen server in their percentiles", "[frozen]") {
    test_server server;
    load churn = load_of(workload::churn, 1000);
    churn.rate = 200;
    const run_figures found = run_through(server, churn);
    check_seen(found, times_of(found.loads[0], "login"));
}

TEST_CASE("a closed loop hides a frozen server but for its longest time", "[frozen]") {
    // When some lines have come since measuring began, those outstanding were said while measuring.
    struct : chatload::run_observer {
        void progress(const chatload::run_progress& now) override {
            measuring = measuring || now.phase == run_phase::measuring;
        }
        std::atomic<bool> measuring{false};
    } watcher;
    int since = 0;
    const test_server server([&](std::size_t member, std::size_t, const std::string& line) {
        if (member == 0 && watcher.measuring && ++since == 20)
            std::this_thread::sleep_for(frozen);
        return line;
    });
    plan asked = server.talk(3, 1);
    asked.warm_up = 0s;
    asked.duration = 3 * frozen;
    const run_figures found = runner(asked, &watcher).run();
    INFO(shown(found));
    CHECK(found.ok());
    const bench::histogram times = times_of(found.loads[0], "echo");
    CHECK(times.max() >= frozen * 9 / 10);
    CHECK(times.percentile(90) < frozen / 2);
}
