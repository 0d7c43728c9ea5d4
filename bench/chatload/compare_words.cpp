#include "bench/chatload/compare_words.hpp"

#include "bench/chatload/plan_text.hpp"
#include "bench/measure/figures.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace chatload {

std::string compared_name(const compared_figure& of) {
    return of.a.load.empty() ? of.a.name : of.a.load + ' ' + of.a.name;
}

const char* verdict_word(const compared_figure& of) noexcept {
    if (!of.found.exceeds_noise)
        return "within noise";
    return of.better() ? "better" : "worse";
}

std::string side_text(const named_report& of) {
    return fmt::format("{}: {}, {}, {}", of.name, server_text(of.report.asked),
                       of.report.machine.started, bench::plural(of.report.runs.size(), "run"));
}

std::vector<std::string> rules_used(const comparison& of) {
    std::vector<std::string> rules;
    for (const compared_figure& each : of.figures) {
        std::string rule{bench::rule_of(each.found.by)};
        if (std::find(rules.begin(), rules.end(), rule) == rules.end())
            rules.push_back(std::move(rule));
    }
    return rules;
}

std::string compared_summary(const comparison& of) {
    std::size_t better = 0;
    std::size_t worse = 0;
    for (const compared_figure& each : of.figures) {
        if (each.found.exceeds_noise)
            ++(each.better() ? better : worse);
    }
    const std::string text =
        fmt::format("B against A: {} better, {} worse, {} within the noise",
                    bench::plural(better, "figure"), worse, of.figures.size() - better - worse);
    return of.settings.empty() ? text : text + "; the settings differ";
}

} // namespace chatload
