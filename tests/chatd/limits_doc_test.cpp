// The table of limits in the manual is true: its options, defaults, counters and tests exist, and
// none is missing.

#include "chatd/counters.hpp"
#include "chatd/metrics/page.hpp"
#include "chatd/options.hpp"
#include "chatd/served_loop.hpp"

#include "support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace chatd;

namespace {

std::string content(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Without blanks and backquotes at its ends.
std::string stripped(std::string_view cell) {
    const auto first = cell.find_first_not_of(" `");
    if (first == std::string_view::npos)
        return {};
    return std::string{cell.substr(first, cell.find_last_not_of(" `") - first + 1)};
}

/// One row of the table.
struct row {
    std::string limit, option, preset, counter, test;
};

std::vector<row> read_table() {
    std::ifstream in(std::string(CHATD_SOURCE_DIR) + "/chatd/doc/limits.md");
    REQUIRE(in);
    std::vector<row> rows;
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("| ") || line.starts_with("| limit |"))
            continue;
        std::vector<std::string> cells;
        for (std::size_t at = 1; at < line.size();) {
            const auto end = line.find('|', at);
            cells.push_back(stripped(std::string_view(line).substr(at, end - at)));
            at = end == std::string::npos ? line.size() : end + 1;
        }
        INFO(line);
        REQUIRE(cells.size() == 5);
        rows.push_back({cells[0], cells[1], cells[2], cells[3], cells[4]});
    }
    return rows;
}

std::string test_sources() {
    std::string all;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::string(CHATD_SOURCE_DIR) + "/tests"))
        if (entry.path().extension() == ".cpp")
            all += content(entry.path());
    return all;
}

/// The sample that a counter is in the metrics.
std::string sample_of(const std::string& counter) {
    const auto blank = counter.find(' ');
    std::string metric = "chatd_" + counter.substr(0, blank) + "_total";
    if (blank == std::string::npos)
        return metric;
    const std::string label = counter.starts_with("http_") ? "result" : "reason";
    return metric + "{" + label + "=\"" + counter.substr(blank + 1) + "\"}";
}

std::string counter_of(const incident_info& info) {
    return std::string{info.event} + " " + std::string{info.reason};
}

} // namespace

TEST_CASE("the table of limits names options with their defaults", "[chatd][limits][manual]") {
    options preset;
    const auto table = list_options(preset);
    std::set<std::string> named;
    for (const row& each : read_table()) {
        INFO(each.limit << ": " << each.option);
        if (each.option.empty())
            continue;
        const option* const known = table.find(each.option);
        REQUIRE(known != nullptr);
        CHECK(each.preset == (known->preset.empty() ? "" : known->preset.front()));
        named.insert(each.option);
    }
    const std::set<std::string> groups{"Lines and names", "Slow readers", "Floods", "Connections"};
    for (const option& known : table.rows()) {
        INFO(known.name);
        CHECK((!groups.contains(known.group) || named.contains(known.name)));
    }
}

TEST_CASE("the table of limits names every counter", "[chatd][limits][manual]") {
    std::set<std::string> known;
    for (std::size_t i = 0; i < incidents; ++i)
        known.insert(counter_of(info_of(static_cast<incident>(i))));
    std::set<std::string> named{"closed kicked", "name_refused empty", "name_refused taken"};
    for (const row& each : read_table()) {
        INFO(each.limit << ": " << each.counter);
        if (known.contains(each.counter))
            named.insert(each.counter);
    }
    CHECK(named == known);
}

TEST_CASE("every counter in the table of limits is among the metrics", "[chatd][limits][manual]") {
    served_loop s;
    const process_facts process(s.loop);
    const std::string page = metrics_page({s.loop, s.server, process, http_counters{}});
    for (const row& each : read_table()) {
        INFO(each.limit << ": " << each.counter);
        if (!each.counter.empty())
            CHECK(page.find("\n" + sample_of(each.counter) + " 0\n") != std::string::npos);
    }
}

TEST_CASE("the table of limits names tests that there are", "[chatd][limits][manual]") {
    const auto sources = test_sources();
    const auto rows = read_table();
    CHECK(rows.size() > 30);
    for (const row& each : rows) {
        INFO(each.limit << ": " << each.test);
        CHECK_FALSE(each.test.empty());
        CHECK(sources.find("TEST_CASE(\"" + each.test + "\"") != std::string::npos);
    }
}
