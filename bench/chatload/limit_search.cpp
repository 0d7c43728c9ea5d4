#include "bench/chatload/limit_search.hpp"

#include <algorithm>
#include <cmath>

namespace chatload {

namespace {

constexpr double busy_share = 0.9;    // of a core: the figures would be the generator's own
constexpr double reached_share = 0.9; // less of the offered rate is another rate

/// What a load's rate counts.
std::uint64_t done_of(const counts& done, workload kind) {
    if (kind == workload::ping)
        return done.answers;
    return kind == workload::churn ? done.logins : done.lines;
}

/// What the load exists to measure: each delivery, answer or login.
bench::histogram times_of(const load_figures& load, workload kind) {
    bench::histogram all;
    for (const latency& one : load.latencies) {
        if (kind == workload::churn || one.name != "login")
            all.merge(one.times);
    }
    return all;
}

} // namespace

limit_finder::limit_finder(double start, std::chrono::nanoseconds slo)
    : next_(std::clamp(start, least, most)) {
    found_.slo = slo;
}

bool limit_finder::holds(const limit_step& tried, bool sound) const noexcept {
    return sound && tried.p99 <= found_.slo && tried.reached >= reached_share * tried.rate;
}

void limit_finder::note(limit_step tried, bool sound) {
    tried.held = holds(tried, sound);
    found_.steps.push_back(tried);
    if (tried.held) {
        found_.highest_held = tried.rate;
    } else if (failed_once_ != tried.rate) {
        failed_once_ = tried.rate;
        return;
    } else if (tried.generator_bound && found_.highest_held) { // higher ones say no more
        found_.generator_bound = true;
        next_.reset();
        return;
    } else {
        lowest_failed_ = tried.rate;
    }
    next_ = rate_between();
}

std::optional<double> limit_finder::rate_between() const noexcept {
    const auto held = found_.highest_held;
    double rate = 0;
    if (!lowest_failed_)
        rate = *held * 2;
    else if (!held)
        rate = *lowest_failed_ > least ? std::max(*lowest_failed_ / 2, least) : 0;
    else if (*lowest_failed_ / *held > precision)
        rate = std::sqrt(*held * *lowest_failed_);
    if (rate < least || rate > most)
        return {};
    return rate;
}

limit_step step_of(const run_figures& run, const plan& asked, std::size_t searched,
                   std::chrono::nanoseconds slo) {
    const load& raised = asked.loads[searched];
    limit_step made;
    made.rate = raised.rate;
    const double seconds = std::chrono::duration<double>(run.measured).count();
    if (searched >= run.loads.size() || seconds <= 0)
        return made;
    const load_figures& load = run.loads[searched];
    const bench::histogram times = times_of(load, raised.kind);
    if (times.count() > 0) // else nothing is known of what came
        made.reached = static_cast<double>(done_of(load.done, raised.kind)) / seconds;
    made.p99 = times.percentile(99);
    const std::chrono::duration<double> wanted = run.generator.cpu + run.generator.wait;
    made.generator_bound = run.generator.busiest_thread > busy_share ||
                           wanted.count() > busy_share * seconds * asked.threads ||
                           load.latest_send > slo;
    return made;
}

} // namespace chatload
