#include "bench/chatload/command_runs.hpp"

#include "bench/chatload/limit_search.hpp"
#include "bench/measure/figures.hpp"

#include <fmt/format.h>

#include <utility>

namespace chatload {

namespace {

/// Whether a run came to its end, whatever it found.  A storm may end before its time.
bool whole(const run_figures& run, const plan& asked) {
    return !run.interrupted && (run.failure_count == 0 || run.measured >= asked.duration);
}

void repeat(const run_command& asked, const run_means& means, run_report& into) {
    for (std::uint32_t i = 0; i < asked.repeat && !means.interrupted(); ++i) {
        if (asked.repeat > 1)
            means.announce(fmt::format("run {} of {}", i + 1, asked.repeat));
        into.runs.push_back(means.run(asked.asked));
        if (!whole(into.runs.back(), asked.asked))
            break;
    }
    into.partial = into.runs.size() < asked.repeat || !whole(into.runs.back(), asked.asked);
}

/// Whether a search must end with this run, because it tells of more than a rate that was too high.
bool ends_search(const run_figures& run) {
    const bool server_is_wrong = run.found.total() > 0 && run.failure_count == 0;
    return run.interrupted || run.measured.count() == 0 || server_is_wrong;
}

/// Keeps of all runs the one at the highest rate held; the last one as long as none was, or when it
/// ended the search.
void search(const run_command& asked, const run_means& means, run_report& into) {
    plan step = asked.asked;
    double& rate = step.loads[asked.searched].rate;
    limit_finder finder(rate, *asked.slo);
    for (int i = 1; finder.next() && !into.partial; ++i) {
        rate = *finder.next();
        means.announce(fmt::format("step {}, {}", i, bench::quantity(rate, "/s")));
        run_figures run = means.run(step);
        const bool last = ends_search(run);
        if (!last)
            finder.note(step_of(run, step, asked.searched, *asked.slo), run.ok());
        if (last || !finder.found().highest_held || finder.found().highest_held == rate) {
            into.runs.clear();
            into.runs.push_back(std::move(run));
        }
        into.partial = last || means.interrupted();
    }
    into.limit = finder.found();
}

} // namespace

run_report do_runs(const run_command& asked, const run_means& means) {
    run_report made;
    made.asked = asked.asked;
    if (asked.slo)
        search(asked, means, made);
    else
        repeat(asked, means, made);
    return made;
}

} // namespace chatload
