#include "bench/goal-table/options.hpp"

#include "bench/measure/units.hpp"

#include <reactor/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace goals {

namespace {

constexpr const char* description =
    "Measures chatd against the goals of its fan-out: by a yardstick that does the least "
    "possible,\n"
    "by Redis where it is installed, and by itself undisturbed, in alternating runs.";

std::string names(const std::vector<row>& rows) {
    std::string text;
    for (const row& one : rows)
        text += (text.empty() ? "" : ", ") + one.name;
    return text;
}

struct raw_options {
    std::vector<std::string> rows;
    std::string duration = "6s";
};

void declare(CLI::App& app, options& chosen, raw_options& raw) {
    app.add_option("--rows", raw.rows,
                   "Which goals; idle stands for idle-5000 and idle-15000, and so on")
        ->type_name("NAME,...")
        ->delimiter(',')
        ->default_str("all");
    app.add_option("--repeats", chosen.repeats, "How often each is measured")
        ->type_name("N")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_option("--duration", raw.duration, "How long each trial about CPU measures")
        ->type_name("T")
        ->capture_default_str();
    app.add_option("--json", chosen.json, "Write all figures to this file, too")->type_name("FILE");
    app.set_version_flag("--version", fmt::format("goals {}", reactor::version));
    app.footer("Goals: " + names(all_rows({})) +
               ".\nExit status: 0 all was measured, 1 a failure or an early end, 2 usage; "
               "whether goals are held is in the table.");
}

/// Takes those that were asked for; gives the name that is none.
std::string choose(const raw_options& raw, options& chosen) {
    if (raw.rows.empty())
        return {};
    const auto begins = [](const row& one, const std::string& name) {
        return one.name == name || one.name.starts_with(name + "-");
    };
    for (const std::string& name : raw.rows)
        if (std::none_of(chosen.rows.begin(), chosen.rows.end(),
                         [&](const row& one) { return begins(one, name); }))
            return name;
    std::erase_if(chosen.rows, [&](const row& one) {
        return std::none_of(raw.rows.begin(), raw.rows.end(),
                            [&](const std::string& name) { return begins(one, name); });
    });
    return {};
}

early_exit usage_error(std::string_view what) {
    return {2, fmt::format("goals: {} (see goals --help)\n", what.substr(0, what.find('\n')))};
}

} // namespace

std::variant<options, early_exit> parse_options(int argc, const char* const* argv) {
    using std::chrono::milliseconds;
    options chosen;
    raw_options raw;
    CLI::App app{description, "goals"};
    declare(app, chosen, raw);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return early_exit{0, app.help()};
    } catch (const CLI::CallForVersion& version) {
        return early_exit{0, std::string(version.what()) + "\n"};
    } catch (const CLI::ParseError& error) {
        return usage_error(error.what());
    }
    const auto duration = std::chrono::duration_cast<milliseconds>(
        bench::parse_duration(raw.duration).value_or(std::chrono::nanoseconds{0}));
    if (duration.count() == 0)
        return usage_error(
            fmt::format("--duration: '{}' is no duration like 3s or 500ms", raw.duration));
    chosen.rows = all_rows(duration);
    if (const std::string wrong = choose(raw, chosen); !wrong.empty())
        return usage_error(
            fmt::format("--rows: '{}' is none of {}", wrong, names(all_rows(duration))));
    return chosen;
}

} // namespace goals
