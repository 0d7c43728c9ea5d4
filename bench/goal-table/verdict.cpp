#include "bench/goal-table/verdict.hpp"

#include <algorithm>
#include <cmath>

namespace goals {

namespace {

std::size_t repeats_in(const std::vector<trial>& all) {
    std::size_t most = 0;
    for (const trial& one : all)
        most = std::max(most, one.repeat + 1);
    return most;
}

const trial* find(const std::vector<trial>& all, const std::optional<entrant>& who,
                  std::size_t repeat) {
    for (const trial& one : all)
        if (who && one.who == *who && one.repeat == repeat)
            return &one;
    return nullptr;
}

double greatest_of_chatd(double measured::*figure, const std::vector<trial>& all,
                         std::size_t repeat) {
    double greatest = NAN;
    for (const trial& one : all)
        if (one.repeat == repeat && one.found && one.who.server == "chatd")
            greatest = std::fmax(greatest, *one.found.*figure);
    return greatest;
}

/// NaN when it was not measured.
double value(const row& goal, place where, const std::vector<trial>& all, std::size_t repeat) {
    if (where == place::ours && goal.over_all)
        return greatest_of_chatd(goal.figure, all, repeat);
    const trial* one = find(all, goal.at(where), repeat);
    return one != nullptr && one->found ? *one->found.*goal.figure : NAN;
}

/// What `of(repeat)` gives in all repetitions.
template <class F>
bench::spread over_repeats(const std::vector<trial>& all, F of) {
    std::vector<double> values;
    for (std::size_t repeat = 0; repeat < repeats_in(all); ++repeat)
        values.push_back(of(repeat));
    return bench::spread_of(values);
}

bench::spread against(const bound& one, const row& goal, const std::vector<trial>& all) {
    return over_repeats(all, [&](std::size_t repeat) {
        const double ours = value(goal, place::ours, all, repeat);
        return one.to == place::ours ? ours : ours / value(goal, one.to, all, repeat);
    });
}

bool holds(const bound& one, const bench::spread& found) {
    return one.below ? found.median < one.limit : found.median <= one.limit;
}

std::string first_failure(const row& goal, const std::vector<trial>& all) {
    for (const trial& one : all) {
        if (one.found)
            continue;
        for (const auto& who : goal.by_place)
            if (who && *who == one.who)
                return one.who.server + ": " + one.failure;
    }
    return {};
}

} // namespace

finding judge(const row& goal, const std::vector<trial>& all) {
    finding made;
    for (std::size_t i = 0; i < places; ++i)
        made.figures[i] = over_repeats(all, [&](std::size_t repeat) {
            return value(goal, static_cast<place>(i), all, repeat);
        });
    bool known = true;
    bool good = true;
    for (const bound& one : goal.bounds) {
        const bench::spread& found = made.against.emplace_back(against(one, goal, all));
        known = known && found.runs > 0;
        good = good && (found.runs == 0 || holds(one, found));
    }
    if (!good)
        made.is = finding::verdict::not_held; // whatever is missing
    else if (known)
        made.is = finding::verdict::held;
    made.failure = first_failure(goal, all);
    return made;
}

bench::spread calls_a_delivery(const row& goal, place where, const std::vector<trial>& all) {
    return over_repeats(all, [&](std::size_t repeat) {
        const trial* one = find(all, goal.at(where), repeat);
        return one != nullptr && one->found ? one->found->calls_a_delivery : NAN;
    });
}

bench::spread cost_of_a_call(const row& goal, place where, const std::vector<trial>& all) {
    return over_repeats(all, [&](std::size_t repeat) {
        const trial* one = find(all, goal.at(where), repeat);
        return one != nullptr && one->found
                   ? one->found->cpu_a_delivery / one->found->calls_a_delivery
                   : NAN;
    });
}

} // namespace goals
