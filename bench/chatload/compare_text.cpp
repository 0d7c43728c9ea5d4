#include "bench/chatload/compare.hpp"
#include "bench/chatload/compare_words.hpp"
#include "bench/measure/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace chatload {

namespace {

using buffer = fmt::memory_buffer;

template <class... Args>
void print(buffer& out, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

void print_settings(buffer& out, const comparison& of) {
    if (of.settings.empty()) {
        print(out, "same setting, same machine\n");
        return;
    }
    print(out, "the settings differ:\n");
    for (const compared_setting& each : of.settings)
        print(out, "  {:<24} {} | {}\n", each.name, each.a, each.b);
}

void print_figures(buffer& out, const comparison& of) {
    print(out, "  {:<34} {:>12} {:>12} {:>8}\n", "", "A", "B", "B/A");
    for (const compared_figure& each : of.figures)
        print(out, "  {:<34} {:>12} {:>12} {:>8}  {}\n", compared_name(each),
              figure_text(each.found.a, each.a), figure_text(each.found.b, each.b),
              bench::ratio(each.found.ratio()), verdict_word(each));
}

} // namespace

std::string to_text(const comparison& of) {
    buffer out;
    print(out, "A: {}\nB: {}\n", side_text(of.a), side_text(of.b));
    print_settings(out, of);
    print_figures(out, of);
    for (const std::string& each : of.only_one)
        print(out, "  {}\n", each);
    for (const std::string& rule : rules_used(of))
        print(out, "rule, {}\n", rule);
    for (const std::string& doubt : of.doubts)
        print(out, "warning: {}\n", doubt);
    print(out, "{}\n", compared_summary(of));
    return fmt::to_string(out);
}

} // namespace chatload
