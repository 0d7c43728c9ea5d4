#include "bench/goal-table/output.hpp"

#include "bench/measure/figures.hpp"
#include "bench/measure/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace goals {

namespace {

constexpr place all_places[] = {place::yardstick, place::redis, place::undisturbed, place::ours};

std::string figure_text(const bench::spread& of, unit in) {
    if (of.runs == 0)
        return "-";
    const std::string median =
        in == unit::time ? bench::duration(of.median) : bench::size(of.median);
    return of.runs == 1 ? median : fmt::format("{} ±{:.0f}%", median, of.relative() * 50);
}

/// The ratios that the bounds are about, in their order.
std::string ratios_text(const row& goal, const finding& found) {
    std::string text;
    for (std::size_t i = 0; i < goal.bounds.size(); ++i) {
        if (goal.bounds[i].to == place::ours)
            continue;
        text += text.empty() ? "" : ", ";
        text += found.against[i].runs == 0 ? "-" : bench::ratio(found.against[i].median);
    }
    return text.empty() ? "-" : text;
}

bench::text_row row_of(const row& goal, const finding& found) {
    bench::text_row cells{goal.goal};
    for (const place where : all_places)
        cells.push_back(figure_text(found.figures[static_cast<std::size_t>(where)], goal.in));
    cells.push_back(ratios_text(goal, found));
    cells.emplace_back(to_string(found.is));
    return cells;
}

/// What costs a delivery are made of: how many calls, and how much each costs.
std::string costs_text(const results& all) {
    std::vector<bench::text_row> rows{
        {"calls for 1000 deliveries, CPU of a call", "yardstick", "redis", "chatd alone", "chatd"}};
    for (const row& goal : all.rows) {
        if (goal.figure != &measured::cpu_a_delivery)
            continue;
        bench::text_row cells{goal.name};
        for (const place where : all_places) {
            const auto calls = calls_a_delivery(goal, where, all.trials);
            cells.push_back(
                calls.runs == 0
                    ? "-"
                    : fmt::format("{:.1f}, {}", 1000 * calls.median,
                                  bench::duration(cost_of_a_call(goal, where, all.trials).median)));
        }
        rows.push_back(std::move(cells));
    }
    return rows.size() > 1 ? bench::aligned(rows) : std::string{};
}

std::string iterations_text(const results& all) {
    double longest = 0;
    const trial* where = nullptr;
    for (const trial& one : all.trials)
        if (one.found && one.found->longest_iteration > longest) {
            longest = one.found->longest_iteration;
            where = &one;
        }
    if (where == nullptr)
        return {};
    std::string load = where->who.load;
    std::replace(load.begin(), load.end(), '\n', ' ');
    return fmt::format("Longest iteration of all: {}, in {}\n", bench::duration(longest), load);
}

/// Trials during which others had the generator's core for long.
std::string held_up_text(const results& all) {
    constexpr double much = 0.1;
    const auto count = std::count_if(all.trials.begin(), all.trials.end(), [](const trial& one) {
        return one.found && one.found->held_up > much;
    });
    return count == 0 ? std::string{}
                      : fmt::format("Warning: in {} of {} trials other processes held the load's "
                                    "core up; figures of such a machine say little.\n",
                                    count, all.trials.size());
}

} // namespace

const char* to_string(place where) noexcept {
    constexpr const char* names[places] = {"yardstick", "redis", "undisturbed", "chatd"};
    return names[static_cast<std::size_t>(where)];
}

const char* to_string(finding::verdict what) noexcept {
    switch (what) {
    case finding::verdict::held:
        return "held";
    case finding::verdict::not_held:
        return "NOT HELD";
    case finding::verdict::unknown:
        break;
    }
    return "not known";
}

bool complete(const results& all) {
    return !all.partial && std::all_of(all.trials.begin(), all.trials.end(),
                                       [](const trial& one) { return one.found.has_value(); });
}

std::string to_text(const results& all) {
    std::vector<bench::text_row> rows{
        {"goal", "yardstick", "redis", "chatd alone", "chatd", "ratio", ""}};
    std::string notes;
    for (const row& goal : all.rows) {
        const finding found = judge(goal, all.trials);
        rows.push_back(row_of(goal, found));
        if (!found.failure.empty())
            notes += fmt::format("{}: {}\n", goal.name, found.failure);
        if (!goal.note.empty())
            notes += fmt::format("{}: {}.\n", goal.name, goal.note);
    }
    for (const unmeasured& one : goals_without_measure())
        notes += fmt::format("Not measured: {}: {}.\n", one.goal, one.why);
    for (const std::string& line : all.notes)
        notes += line + "\n";
    std::string text = fmt::format("{}; {}; {}; {} of {}\nMedians of {}, ±% half of their range; "
                                   "ratios within a repetition.\n",
                                   all.machine.program, all.machine.started, all.machine.kernel,
                                   bench::plural(all.machine.cores, "core"), all.machine.cpu,
                                   bench::plural(all.repeats, "repetition"));
    if (all.partial)
        text += "Partial: it was ended before all was done.\n";
    return text + "\n" + bench::aligned(rows) + "\n" + costs_text(all) + "\n" +
           iterations_text(all) + notes + held_up_text(all);
}

} // namespace goals
