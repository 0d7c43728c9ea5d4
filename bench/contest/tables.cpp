#include "bench/contest/tables.hpp"

#include "bench/contest/contender.hpp"
#include "bench/contest/load_run.hpp"
#include "bench/measure/figures.hpp"
#include "bench/measure/text_table.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace contest {

namespace {

using as_text = std::string (*)(double);

std::string time_text(double nanoseconds) { return bench::duration(nanoseconds); }
std::string rate_text(double value) { return bench::quantity(value, "/s"); }

/// `92.1 ns ±3%`: the median, and half of the distance from the least to the greatest.
std::string spread_text(const bench::spread& of, as_text text) {
    if (of.runs == 0)
        return "-";
    if (of.runs == 1)
        return text(of.median);
    return fmt::format("{} ±{:.0f}%", text(of.median), of.relative() * 50);
}

std::string ratio_text(const bench::spread& of) {
    return of.runs == 0 ? "-" : bench::ratio(of.median);
}

std::vector<bench::cell> row_of(const results& all, const showing& shown) {
    std::vector<bench::cell> row{all.servers[shown.server()].name};
    if (shown.failed() == shown.trials()) {
        row.emplace_back("failed: " + shown.first_failure(), bench::tone::bad);
        return row;
    }
    row.emplace_back(spread_text(shown.of(cpu_of), time_text));
    row.emplace_back(ratio_text(shown.to_yardstick(cpu_of)));
    for (const figure latency : {p50_of, p99_of}) {
        row.emplace_back(spread_text(shown.of(latency), time_text));
        row.emplace_back(ratio_text(shown.to_yardstick(latency)));
    }
    row.emplace_back(spread_text(shown.of(memory_of), bench::size));
    row.emplace_back(rate_text(shown.of(deliveries_of).median));
    row.emplace_back(shown.failed() == 0 ? std::string{"0"}
                                         : fmt::format("{} of {}", shown.failed(), shown.trials()),
                     shown.failed() == 0 ? bench::tone::plain : bench::tone::warn);
    return row;
}

} // namespace

std::vector<bench::table> tables_of(const results& all) {
    std::vector<bench::table> tables;
    for (std::size_t i = 0; i < all.settings.size(); ++i) {
        bench::table made;
        made.caption = to_text(all.settings[i]);
        made.columns = {"server", "CPU a delivery", "ratio",     "p50",        "ratio",
                        "p99",    "ratio",          "a session", "deliveries", "failed"};
        for (const showing& one : showings_in(all, i))
            made.rows.push_back(row_of(all, one));
        if (!made.rows.empty())
            tables.push_back(std::move(made));
    }
    return tables;
}

std::vector<std::string> headlines_of(const results& all) {
    std::vector<std::string> lines{
        fmt::format("Lines of {} bytes, one sender with a window of {}; medians of {} alternating "
                    "runs of {} s, and half their range.",
                    load::size, load::window, all.repeats,
                    std::chrono::duration<double>(all.duration).count()),
        fmt::format("Ratios are to the {}, in the same repetition.", denominator),
        fmt::format("{}; {}; {} of {}", all.machine.program, all.machine.kernel,
                    bench::plural(all.machine.cores, "core"), all.machine.cpu),
        fmt::format("Started {}", all.machine.started)};
    std::string versions = "Servers:";
    for (const auto& server : all.servers)
        versions += fmt::format("{} {}", &server == &all.servers.front() ? "" : ",",
                                server.version.empty() ? server.name : server.version);
    lines.push_back(versions);
    if (all.partial)
        lines.emplace_back("Partial: it was ended before all was done.");
    lines.insert(lines.end(), all.notes.begin(), all.notes.end());
    for (std::string& warning : warnings_of(all))
        lines.push_back("Warning: " + std::move(warning));
    return lines;
}

std::string to_text(const results& all) {
    std::string text;
    for (const std::string& line : headlines_of(all))
        text += line + "\n";
    for (const bench::table& one : tables_of(all)) {
        std::vector<bench::text_row> rows{one.columns};
        for (const auto& cells : one.rows) {
            auto& row = rows.emplace_back();
            for (const bench::cell& cell : cells)
                row.push_back(cell.text);
        }
        text += fmt::format("\n{}\n{}", one.caption, bench::aligned(rows));
    }
    return text;
}

} // namespace contest
