#include "bench/reactor-bench/run_plan.hpp"

#include "bench/reactor-bench/meter.hpp"

#include <reactor/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>

namespace reactor_bench {

namespace {

/// Of the first run under callgrind, which is some fifty times slower than without.
constexpr std::uint64_t counted_at_once = 20'000;

using proceed = std::function<bool(const std::string&)>;

void run_round(const benchmark& what, const peer& by, const setting& chosen, peer_figures& into) {
    try {
        const auto values = what.measure(by, chosen);
        for (std::size_t i = 0; i < values.size(); ++i)
            into.rounds[i].push_back(values[i]);
    } catch (const std::exception& error) {
        into.failure = error.what();
    }
}

/// False when it was told to end.
bool run_rounds(const run_plan& plan, const run_plan::part& part, setting_results& into,
                const proceed& go_on) {
    const std::size_t count = part.loops.size();
    for (unsigned round = 0; round < plan.rounds; ++round) {
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t turn = (i + round) % count;
            if (!go_on(fmt::format("{} ({}) by {}, round {} of {}", part.what->name,
                                   to_text(into.chosen), part.loops[turn]->name, round + 1,
                                   plan.rounds)))
                return false;
            if (into.peers[turn].failure.empty())
                run_round(*part.what, *part.loops[turn], into.chosen, into.peers[turn]);
        }
    }
    return true;
}

/// Replaces what the processor counted by what callgrind counts; says why where it cannot.
bool count_instructions(const run_plan& plan, const run_plan::part& part, setting_results& into,
                        std::string& how, const proceed& go_on) {
    const auto figure = static_cast<std::size_t>(part.what->instructions_figure);
    const auto amount =
        std::clamp<std::uint64_t>(into.chosen[part.what->counted_amount], 1, counted_at_once);
    for (std::size_t i = 0; i < part.loops.size(); ++i) {
        if (!go_on(fmt::format("{} ({}) by {} under callgrind", part.what->name,
                               to_text(into.chosen), part.loops[i]->name)))
            return false;
        if (!into.peers[i].failure.empty())
            continue;
        const auto found =
            count_by_callgrind(plan.program, *part.what, *part.loops[i], into.chosen, amount);
        if (!found.why_not.empty()) {
            how = "not counted: " + found.why_not;
            return true;
        }
        into.peers[i].rounds[figure] = {found.value};
    }
    return true;
}

/// Who is to count, given what the machine has; `how` tells it.
counting choose(counting asked, const benchmark& what, std::string& how) {
    if (asked == counting::none) {
        how = "not counted, as was asked";
        return asked;
    }
    const bool by_callgrind = !what.counted_amount.empty();
    const bool by_processor = asked != counting::callgrind && counts_instructions();
    if (by_processor)
        how = "counted by the processor";
    else if (asked != counting::processor && by_callgrind)
        how = "counted by callgrind";
    else if (asked == counting::callgrind)
        how = "not counted: callgrind cannot tell this benchmark from its set-up";
    else
        how = "not counted: the processor has no counter that we may read";
    if (by_processor)
        return counting::processor;
    return asked != counting::processor && by_callgrind ? counting::callgrind : counting::none;
}

bool run_part(const run_plan& plan, const run_plan::part& part, benchmark_results& into,
              const proceed& go_on) {
    const benchmark& what = *part.what;
    const bool counts = what.instructions_figure >= 0;
    const counting by =
        counts ? choose(plan.instructions, what, into.instructions) : counting::none;
    for (const auto& chosen : part.settings) {
        auto& found = into.settings.emplace_back();
        found.chosen = chosen;
        for (const peer* loop : part.loops)
            found.peers.push_back(
                {loop->name, std::vector<std::vector<double>>(what.figures.size()), {}});
        if (!run_rounds(plan, part, found, go_on))
            return false;
        if (counts && by != counting::processor) {
            for (auto& each : found.peers)
                each.rounds[static_cast<std::size_t>(what.instructions_figure)].clear();
        }
        if (by == counting::callgrind &&
            !count_instructions(plan, part, found, into.instructions, go_on))
            return false;
    }
    return true;
}

} // namespace

results run(const run_plan& plan, const std::function<void(const benchmark_results&)>& shown,
            const std::function<bool(const std::string&)>& go_on) {
    results found{.where =
                      bench::read_environment(fmt::format("reactor-bench {}", reactor::version)),
                  .rounds = plan.rounds,
                  .scale = plan.scale,
                  .interrupted = false,
                  .loops = plan.loops,
                  .benchmarks = {}};
    for (const auto& part : plan.parts) {
        auto& into = found.benchmarks.emplace_back();
        into.what = part.what;
        found.interrupted = !run_part(plan, part, into, go_on);
        shown(into);
        if (found.interrupted)
            break;
    }
    return found;
}

bool results::failed() const noexcept {
    for (const auto& each : benchmarks) {
        for (const auto& at : each.settings) {
            if (std::any_of(at.peers.begin(), at.peers.end(),
                            [](const peer_figures& by) { return !by.failure.empty(); }))
                return true;
        }
    }
    return false;
}

} // namespace reactor_bench
