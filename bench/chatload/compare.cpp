#include "bench/chatload/compare.hpp"

#include "bench/chatload/report_json.hpp"
#include "bench/chatload/report_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace chatload {

namespace {

std::string full_name(const figure& of) {
    return of.load.empty() ? of.name : of.load + ' ' + of.name;
}

std::vector<compared_setting> different_settings(const run_report& a, const run_report& b) {
    const auto of_a = settings_of(a);
    const auto of_b = settings_of(b);
    const auto find = [](const auto& in, const std::string& name) {
        const auto found = std::find_if(in.begin(), in.end(),
                                        [&](const auto& each) { return each.first == name; });
        return found == in.end() ? std::string("-") : found->second;
    };
    std::vector<compared_setting> different;
    for (const auto& [name, value] : of_a) {
        if (const std::string other = find(of_b, name); other != value)
            different.push_back({name, value, other});
    }
    for (const auto& [name, value] : of_b) {
        if (find(of_a, name) == "-" && value != "-")
            different.push_back({name, "-", value});
    }
    return different;
}

bench::difference difference_of(const figure& a, const figure& b) {
    if (a.runs.size() == 1 && b.runs.size() == 1)
        return bench::compare_single({a.runs.front(), a.by_second}, {b.runs.front(), b.by_second});
    return bench::compare_runs(a.runs, b.runs);
}

const figure* find_same(const std::vector<figure>& in, const figure& as) {
    const auto found =
        std::find_if(in.begin(), in.end(), [&](const figure& each) { return each.same_as(as); });
    return found == in.end() ? nullptr : &*found;
}

void add_figures(comparison& into) {
    const std::vector<figure> of_a = figures_of(into.a.report);
    const std::vector<figure> of_b = figures_of(into.b.report);
    for (const figure& each : of_a) {
        if (const figure* other = find_same(of_b, each))
            into.figures.push_back({each, *other, difference_of(each, *other)});
        else
            into.only_one.push_back(fmt::format("{}: only {}", full_name(each), into.a.name));
    }
    for (const figure& each : of_b) {
        if (find_same(of_a, each) == nullptr)
            into.only_one.push_back(fmt::format("{}: only {}", full_name(each), into.b.name));
    }
}

void add_doubts(std::vector<std::string>& into, const named_report& side) {
    const verdict found = verdict_of(side.report);
    for (const auto* list : {&found.errors, &found.warnings}) {
        for (const std::string& each : *list)
            into.push_back(fmt::format("{}: {}", side.name, each));
    }
}

} // namespace

comparison compare(const named_report& a, const named_report& b) {
    comparison made{a, b, different_settings(a.report, b.report), {}, {}, {}};
    add_figures(made);
    add_doubts(made.doubts, a);
    add_doubts(made.doubts, b);
    return made;
}

} // namespace chatload
