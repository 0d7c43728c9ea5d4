#include "chatd/metrics/health.hpp"

#include "chatd/metrics/seconds.hpp"

#include <fmt/format.h>

#include <numeric>

namespace chatd {

health health_watch::ask(const reactor::counters& counts, const reactor::flight_recorder& recorder,
                         std::chrono::nanoseconds now) {
    if (recorder.size() == 0)
        return {false, "bad: no iteration of the loop has completed yet\n"};
    const auto first = counts.iteration_time.begin() + static_cast<std::ptrdiff_t>(stall_);
    const auto stalls = std::accumulate(first, counts.iteration_time.end(), std::uint64_t{0});
    if (stalls > seen_)
        found_ = now;
    seen_ = stalls;
    const bool good = !found_ || now - *found_ >= memory_;
    const auto& last = recorder.at(recorder.size() - 1);
    return {good, fmt::format("{}: the loop's last iteration ended {:.3f} s ago; its longest took "
                              "{:.6f} s, and {} took {:.1f} s or more\n",
                              good ? "good" : "bad", in_seconds(now - last.began - last.worked()),
                              in_seconds(counts.longest_iteration), stalls,
                              in_seconds(reactor::iteration_time_bound(stall_ - 1)))};
}

} // namespace chatd
