// What a generator that is itself held up reports: its schedule stands, so latencies count from
// when lines and questions were due and not from when they were sent at last.

#include "bench/chatload/runner.hpp"
#include "bench/chatload/test_server.hpp"
#include "support/catch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

using chatload::load;
using chatload::load_figures;
using chatload::plan;
using chatload::run_figures;
using chatload::run_phase;
using chatload::workload;
using namespace std::chrono_literals;

namespace {

constexpr auto held_up = 200ms;

/// Stops this whole process once when measuring begins, and lets it go on.
class stand_still : public chatload::run_observer {
public:
    ~stand_still() override {
        if (helper_ > 0)
            ::waitpid(helper_, nullptr, 0);
    }
    void progress(const chatload::run_progress& now) override {
        if (now.phase != run_phase::measuring || helper_ != 0)
            return;
        const pid_t here = ::getpid();
        helper_ = ::fork();
        REQUIRE(helper_ >= 0);
        if (helper_ > 0)
            return;
        const timespec pause{0, std::chrono::nanoseconds{held_up}.count()};
        ::kill(here, SIGSTOP);
        ::nanosleep(&pause, nullptr);
        ::kill(here, SIGCONT);
        ::_exit(0);
    }

private:
    pid_t helper_ = 0;
};

load_figures run_held_up(const load& asked) {
    const test_server server;
    plan made = server.short_run();
    made.loads = {asked};
    made.warm_up = 0s;
    made.duration = 3 * held_up;
    stand_still spell;
    run_figures found = chatload::runner(made, &spell).run();
    INFO(shown(found));
    CHECK(found.ok());
    REQUIRE(found.loads.size() == 1);
    return std::move(found.loads[0]);
}

/// A third of all was due meanwhile, spread evenly.
void check_counted_from_due(const load_figures& found, const char* kind) {
    const bench::histogram times = times_of(found, kind);
    CHECK(times.max() >= held_up * 9 / 10);
    CHECK(times.percentile(90) >= held_up / 2);
    CHECK(found.latest_send >= held_up * 9 / 10);
}

} // namespace

TEST_CASE("lines of an open loop count from when they were due", "[held_up]") {
    load talk = load_of(workload::fan_out, 3);
    talk.rate = 500;
    check_counted_from_due(run_held_up(talk), "echo");
}

TEST_CASE("questions of an open loop count from when they were due", "[held_up]") {
    load ping = load_of(workload::ping, 3);
    ping.rate = 500;
    check_counted_from_due(run_held_up(ping), "answer");
}

TEST_CASE("visits at a rate count from when they were due", "[held_up]") {
    load churn = load_of(workload::churn, 1000);
    churn.rate = 200;
    check_counted_from_due(run_held_up(churn), "login");
}
