#include "bench/chatload/report_json.hpp"
#include "bench/chatload/report_page.hpp"
#include "bench/chatload/report_text.hpp"
#include "bench/chatload/sample_report.hpp"
#include "bench/measure/json_file.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Equals;
using chatload::read_report;
using chatload::to_json;
using json = nlohmann::ordered_json;

namespace {

std::string error_of_reading(const std::string& text) {
    const support::temp_dir dir;
    bench::write_file(dir.file("a.json"), text);
    try {
        (void)read_report(dir.file("a.json"));
    } catch (const std::runtime_error& error) {
        const std::string what = error.what();
        CHECK(what.starts_with(dir.file("a.json") + ": "));
        CHECK_THAT(what, !ContainsSubstring("\n"));
        return what.substr(dir.file("a.json").size() + 2);
    }
    return "no error";
}

/// The error of reading a good report in which one value was replaced.
std::string error_with(const char* pointer, const json& value) {
    json whole = json::parse(to_json(*sample::full_report()));
    whole[json::json_pointer(pointer)] = value;
    return error_of_reading(whole.dump());
}

/// The names of all fields, `runs[].done.lines` say.
void collect_names(const json& value, const std::string& path, std::set<std::string>& names) {
    if (value.is_array()) {
        for (const json& each : value)
            collect_names(each, path + "[]", names);
    } else if (value.is_object()) {
        for (const auto& [name, field] : value.items()) {
            const std::string full = path.empty() ? name : path + "." + name;
            names.insert(full);
            collect_names(field, full, names);
        }
    }
}

/// What the page on the format names: the first code span of each row of its tables.
std::set<std::string> documented_names() {
    std::ifstream page(REPORT_FORMAT);
    std::set<std::string> names;
    for (std::string line; std::getline(page, line);) {
        constexpr std::string_view row = "| `";
        if (line.starts_with(row))
            names.insert(line.substr(row.size(), line.find('`', row.size()) - row.size()));
    }
    return names;
}

std::string lines_of(const std::set<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
        text += name + "\n";
    return text;
}

} // namespace

TEST_CASE("a report comes back from its file as it was", "[report_json]") {
    const support::temp_dir dir;
    const auto written = sample::full_report();
    const std::string text = to_json(*written);
    bench::write_file(dir.file("a.json"), text);
    const chatload::run_report read = read_report(dir.file("a.json"));
    CHECK(to_json(read) == text); // every field that is written was read
    CHECK(read.asked.loads[0].kind == chatload::workload::rooms);
    CHECK(read.runs[0].loads[0].latencies[0].times == written->runs[0].loads[0].latencies[0].times);
    CHECK(read.runs[0].found.total() == 42);
    CHECK(read.runs[0].found.first().size() == 2);
    CHECK(read.runs[1].server->no_system_calls == "not allowed");
    CHECK_FALSE(read.runs[1].server->system_calls.has_value());
}

TEST_CASE("a report of a run that measured nothing comes back too", "[report_json]") {
    const support::temp_dir dir;
    chatload::run_report none;
    none.asked.server = reactor::endpoint::loopback_v4(1);
    none.runs.emplace_back();
    none.runs[0].failures = {"cannot connect"};
    none.runs[0].failure_count = 1;
    const std::string text = to_json(none);
    CHECK_THAT(text, ContainsSubstring("\"deliveries_per_s\": null"));
    bench::write_file(dir.file("a.json"), text);
    CHECK(to_json(read_report(dir.file("a.json"))) == text);
}

TEST_CASE("the page on the format names each field that is written and no other", "[report_json]") {
    std::set<std::string> written;
    collect_names(json::parse(to_json(*sample::full_report())), "", written);
    CHECK(lines_of(documented_names()) == lines_of(written));
}

TEST_CASE("a report of another version or program is told from one that is none", "[report_json]") {
    CHECK_THAT(error_of_reading(R"({"schema": "chatload/1"})"),
               Equals("a report of another version of chatload, \"chatload/1\"; this one reads "
                      "chatload/2: measure again with this version"));
    CHECK_THAT(error_of_reading(R"({"schema": "reactor-bench/1"})"),
               Equals("a report of another program, \"reactor-bench/1\"; chatload reads "
                      "chatload/2"));
    for (const char* other : {"{}", "[1, 2]", "7", R"({"schema": 2})"})
        CHECK_THAT(error_of_reading(other), ContainsSubstring("no report: it has no \"schema\""));
    CHECK_THAT(error_of_reading("oops"), ContainsSubstring("not JSON: line 1, column 1"));
}

TEST_CASE("a wrong value is told by its place and what would be right", "[report_json]") {
    CHECK(error_with("/runs/0/done/lines", -1) ==
          "not as chatload/2 says: runs[0].done.lines is not a whole number from 0 to "
          "18446744073709551615");
    CHECK_THAT(error_with("/plan/loads/1/clients", 1e12), ContainsSubstring("to 4294967295"));
    CHECK_THAT(error_with("/plan/loads/1/workload", "sleep"),
               ContainsSubstring("plan.loads[1].workload: there is no such one: \"sleep\""));
    CHECK_THAT(error_with("/plan/server", "nowhere"), ContainsSubstring("plan.server"));
    CHECK_THAT(error_with("/runs", 7), ContainsSubstring("runs is not a list"));
    CHECK_THAT(error_with("/partial", "no"), ContainsSubstring("partial is not true or false"));
    CHECK_THAT(error_with("/environment/cpu", nullptr), ContainsSubstring("is not a text"));
    CHECK_THAT(error_with("/environment", nullptr),
               ContainsSubstring("environment is not an object"));
    CHECK_THAT(error_with("/runs/0/loads/0/latencies/0/times/bucket_counts", json::array()),
               ContainsSubstring("runs[0].loads[0].latencies[0].times: as many bucket_counts"));
    CHECK_THAT(error_with("/runs/0/loads/0/latencies/0/times/bucket_from_ns/0", 1),
               ContainsSubstring("no histogram has these buckets"));
    CHECK_THAT(error_with("/runs/0/violations/by_kind/torn", 0),
               ContainsSubstring("first has more than by_kind counts"));
    json whole = json::parse(to_json(*sample::full_report()));
    whole["plan"].erase("threads");
    CHECK_THAT(error_of_reading(whole.dump()), ContainsSubstring("plan.threads is missing"));
}

TEST_CASE("no value at any place does harm", "[report_json]") {
    const auto report = sample::full_report();
    report->runs.pop_back();
    report->runs[0].seconds.resize(2);
    for (chatload::load_figures& load : report->runs[0].loads) {
        for (chatload::latency& each : load.latencies) {
            each.times = {};
            each.times.record(std::chrono::milliseconds{1});
        }
    }
    const support::temp_dir dir;
    json whole = json::parse(to_json(*report));
    const json leaves = whole.flatten();
    const json wrong[] = {0, -1, nullptr, "\n", json::array()};
    std::size_t turn = 0; // all of them at each place take too long
    for (const auto& [pointer, right] : leaves.items()) {
        json& place = whole[json::json_pointer(pointer)];
        place = wrong[turn++ % std::size(wrong)];
        INFO(pointer << " is " << place);
        bench::write_file(dir.file("a.json"), whole.dump());
        try {
            const chatload::run_report read = read_report(dir.file("a.json"));
            CHECK_FALSE(to_html(read).empty());
            CHECK_FALSE(to_text(read).empty());
        } catch (const std::runtime_error& error) {
            CHECK_THAT(error.what(), !ContainsSubstring("\n"));
        }
        place = right;
    }
}

TEST_CASE("a field that is not known is passed over", "[report_json]") {
    json whole = json::parse(to_json(*sample::good_report()));
    whole["runs"][0]["news"] = 1;
    CHECK(error_of_reading(whole.dump()) == "no error");
}

TEST_CASE("settings are listed by name without what differs anyway", "[report_json]") {
    const auto settings = chatload::settings_of(*sample::full_report());
    const auto value = [&](const std::string& name) -> std::string {
        for (const auto& [each, text] : settings) {
            if (each == name)
                return text;
        }
        return "none";
    };
    CHECK(value("protocol") == "nats");
    CHECK(value("duration") == "12 s");
    CHECK(value("loads talk clients") == "50");
    CHECK(value("cpu") == "A Processor");
    CHECK(value("runs") == "2");
    CHECK(value("started") == "none");
    CHECK(value("server_pid") == "none");
}
