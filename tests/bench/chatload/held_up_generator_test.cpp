// What a generator that is itself held up reports: its schedule stands, so latencies count from
// when lines and questions were due and not from when they were sent at last.

#include "bench/chatload/runner.hpp"
#include "bench/chatload/test_server.hpp"
#include "support/catch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <ctime>
#include <string>

using chatload::load;
using chatload::load_figures;
using chatload::plan;
using chatload::run_figures;
using chatload::run_phase;
using chatload::workload;
using namespace std::chrono_literals;

namespace {

constexpr auto held_up = 200ms;

/// Knows whether measuring has begun.
class phase_watch : public chatload::run_observer {
public:
    void progress(const chatload::run_progress& now) override {
        measuring = measuring || now.phase == run_phase::measuring;
    }
    std::atomic<bool> measuring{false};
};

/// Stops this whole process once and lets it go on; to be called by one thread.
class stand_still {
public:
    ~stand_still() {
        if (helper_ > 0)
            ::waitpid(helper_, nullptr, 0);
    }
    void begin() {
        const pid_t here = ::getpid();
        helper_ = ::fork();
        if (helper_ != 0)
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

/// A third of all was due meanwhile, spread evenly.
void check_counted_from_due(const load_figures& found, const char* kind) {
    const bench::histogram times = times_of(found, kind);
    CHECK(times.max() >= held_up * 9 / 10);
    CHECK(times.percentile(90) >= held_up / 2);
    CHECK(found.latest_send >= held_up * 9 / 10);
}

} // namespace

TEST_CASE("what an open loop does late counts from when it was due", "[held_up]") {
    phase_watch watch;
    stand_still spell;
    int since = 0; // lines since measuring began: then every schedule has begun, too
    const test_server server([&](std::size_t member, std::size_t, const std::string& line) {
        if (member == 0 && watch.measuring && ++since == 20)
            spell.begin();
        return line;
    });
    load talk = load_of(workload::fan_out, 3);
    talk.rate = 500;
    load ping = load_of(workload::ping, 3);
    ping.rate = 500;
    load churn = load_of(workload::churn, 1000);
    churn.rate = 200;
    plan asked = server.short_run();
    asked.loads = {talk, ping, churn};
    asked.duration = 3 * held_up;
    const run_figures found = chatload::runner(asked, &watch).run();
    INFO(shown(found));
    CHECK(found.ok());
    REQUIRE(found.loads.size() == 3);
    check_counted_from_due(found.loads[0], "echo");
    check_counted_from_due(found.loads[1], "answer");
    check_counted_from_due(found.loads[2], "login");
}
