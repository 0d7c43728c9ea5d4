#include "bench/chatload/report_json.hpp"

#include "bench/chatload/report_figures.hpp"
#include "bench/measure/figures.hpp"
#include "bench/measure/json_fields.hpp"
#include "bench/measure/json_file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bench {

void describe(auto& json, described<environment> auto& of) {
    json.field("program", of.program);
    json.field("started", of.started);
    json.field("kernel", of.kernel);
    json.field("cpu", of.cpu);
    json.field("cores", of.cores);
}

void describe(auto& json, described<histogram> auto& of) {
    histogram::content all;
    std::vector<std::chrono::nanoseconds> from;
    std::vector<std::uint64_t> counts;
    if constexpr (!std::remove_reference_t<decltype(json)>::reads) {
        all = of.contents();
        for (const histogram::bucket& each : all.buckets) {
            from.push_back(each.from);
            counts.push_back(each.count);
        }
    }
    json.derived("count", of.count());
    json.field("min_ns", all.min);
    json.derived("mean_ns", of.mean());
    json.derived("p50_ns", of.percentile(50));
    json.derived("p90_ns", of.percentile(90));
    json.derived("p99_ns", of.percentile(99));
    json.derived("p99_9_ns", of.percentile(99.9));
    json.derived("p99_99_ns", of.percentile(99.99));
    json.field("max_ns", all.max);
    json.field("sum_ns", all.sum);
    json.field("bucket_from_ns", from);
    json.field("bucket_counts", counts);
    if constexpr (std::remove_reference_t<decltype(json)>::reads) {
        if (from.size() != counts.size())
            json.refuse("as many bucket_counts as bucket_from_ns are needed");
        for (std::size_t i = 0; i < from.size(); ++i)
            all.buckets.push_back({from[i], counts[i]});
        const auto made = histogram::restored(all);
        if (!made)
            json.refuse("no histogram has these buckets");
        of = *made;
    }
}

} // namespace bench

namespace chatload {

using bench::described;

namespace {

/// Sets `into` to the one of its first `count` values that has this name, if there is one.
template <class Enum>
bool set_by_name(Enum& into, std::size_t count, const std::string& name) {
    for (std::size_t i = 0; i < count; ++i) {
        if (name == to_string(static_cast<Enum>(i))) {
            into = static_cast<Enum>(i);
            return true;
        }
    }
    return false;
}

bool set_server(plan& into, const std::string& text) {
    const auto server = reactor::endpoint::parse(text);
    into.server = server.value_or(into.server);
    return server.has_value();
}

} // namespace

void describe(auto& json, described<load> auto& of) {
    json.field("name", of.name);
    json.text(
        "workload", [&] { return to_string(of.kind); },
        [&](const auto& name) { return set_by_name(of.kind, workload_count, name); });
    json.field("clients", of.clients);
    json.field("rooms", of.rooms);
    json.field("senders", of.senders);
    json.field("window", of.window);
    json.field("rate_per_s", of.rate);
    json.field("share", of.share);
    json.field("logged_in", of.logged_in);
}

void describe(auto& json, described<plan> auto& of) {
    json.text(
        "server", [&] { return of.server.to_string(); },
        [&](const auto& text) { return set_server(of, text); });
    json.field("protocol", of.protocol);
    json.field("loads", of.loads);
    json.field("line_bytes", of.size);
    json.field("duration_ns", of.duration);
    json.field("warm_up_ns", of.warm_up);
    json.field("patience_ns", of.patience);
    json.field("threads", of.threads);
    json.field("sources", of.sources);
    json.field("server_pid", of.server_pid);
}

void describe(auto& json, described<limit_step> auto& of) {
    json.field("rate_per_s", of.rate);
    json.field("reached_per_s", of.reached);
    json.field("p99_ns", of.p99);
    json.field("held", of.held);
    json.field("generator_bound", of.generator_bound);
}

void describe(auto& json, described<limit_search> auto& of) {
    json.field("slo_ns", of.slo);
    json.field("highest_held_per_s", of.highest_held);
    json.field("generator_bound", of.generator_bound);
    json.field("steps", of.steps);
}

void describe(auto& json, described<counts> auto& of) {
    json.field("lines", of.lines);
    json.field("deliveries", of.deliveries);
    json.field("answers", of.answers);
    json.field("logins", of.logins);
    json.field("joins", of.joins);
}

void describe(auto& json, described<latency> auto& of) {
    json.field("name", of.name);
    json.field("times", of.times);
}

void describe(auto& json, described<load_figures> auto& of) {
    json.field("name", of.name);
    json.field("done", of.done);
    json.field("latencies", of.latencies);
    json.field("closed_stalled", of.closed_stalled);
    json.field("latest_send_ns", of.latest_send);
}

void describe(auto& json, described<second_figures> auto& of) {
    json.field("at_ns", of.at);
    json.field("done", of.done);
    json.field("p50_ns", of.p50);
    json.field("p99_ns", of.p99);
    json.field("max_ns", of.max);
    json.field("server_cpu_share", of.server_cpu_share);
    json.field("server_resident_bytes", of.server_resident);
    json.field("own_cpu_share", of.own_cpu_share);
    json.field("connected", of.connected);
}

void describe(auto& json, described<server_figures> auto& of) {
    json.field("cpu_ns", of.cpu);
    json.field("cpu_source", of.cpu_source);
    json.field("resident_before_bytes", of.resident_before);
    json.field("resident_logged_in_bytes", of.resident_logged_in);
    json.field("resident_end_bytes", of.resident_end);
    json.field("resident_peak_bytes", of.resident_peak);
    json.field("context_switches", of.context_switches);
    json.field("system_calls", of.system_calls);
    json.field("no_system_calls", of.no_system_calls);
}

void describe(auto& json, described<generator_figures> auto& of) {
    json.field("cpu_ns", of.cpu);
    json.field("wait_ns", of.wait);
    json.field("busiest_thread_share", of.busiest_thread);
}

void describe(auto& json, described<violation> auto& of) {
    json.text(
        "kind", [&] { return to_string(of.kind); },
        [&](const auto& name) { return set_by_name(of.kind, violation_kinds, name); });
    json.field("client", of.client);
    json.field("line", of.position);
    json.field("got", of.got);
    json.field("expected", of.expected);
}

namespace {

/// How many there are of each kind, by its name.
struct violation_counts {
    std::uint64_t of[violation_kinds] = {};
};

void describe(auto& json, described<violation_counts> auto& counted) {
    for (std::size_t i = 0; i < violation_kinds; ++i)
        json.field(to_string(static_cast<violation_kind>(i)), counted.of[i]);
}

} // namespace

void describe(auto& json, described<violations> auto& of) {
    violation_counts by_kind;
    std::vector<violation> first;
    if constexpr (!std::remove_reference_t<decltype(json)>::reads)
        first = of.first();
    for (std::size_t i = 0; i < violation_kinds; ++i)
        by_kind.of[i] = of.of(static_cast<violation_kind>(i));
    json.derived("total", of.total());
    json.field("by_kind", by_kind);
    json.field("first", first);
    if constexpr (std::remove_reference_t<decltype(json)>::reads) {
        for (violation& one : first) {
            std::uint64_t& left = by_kind.of[static_cast<std::size_t>(one.kind)];
            if (left == 0)
                json.refuse("first has more than by_kind counts");
            --left;
            of.add(std::move(one));
        }
        for (std::size_t i = 0; i < violation_kinds; ++i)
            of.count(static_cast<violation_kind>(i), by_kind.of[i]);
    }
}

void describe(auto& json, described<run_figures> auto& of) {
    json.derived("ok", of.ok());
    json.field("interrupted", of.interrupted);
    json.field("login_time_ns", of.login_time);
    json.field("measured_ns", of.measured);
    json.field("done", of.done);
    json.field("whole_run", of.whole_run);
    json.derived("lines_per_s", per_second(of.done.lines, of));
    json.derived("deliveries_per_s", per_second(of.done.deliveries, of));
    json.derived("server_cpu_ns_per_delivery", server_cpu_per(of.done.deliveries, of));
    json.field("server", of.server);
    json.field("generator", of.generator);
    json.field("violations", of.found);
    json.field("failures", of.failures);
    json.field("failure_count", of.failure_count);
    json.field("loads", of.loads);
    json.field("seconds", of.seconds);
}

void describe(auto& json, described<run_report> auto& of) {
    std::string schema = report_schema;
    json.field("schema", schema);
    json.derived("ok", of.ok());
    json.field("partial", of.partial);
    json.field("environment", of.machine);
    json.field("plan", of.asked);
    json.field("limit", of.limit);
    json.field("runs", of.runs);
}

namespace {

/// What is wrong with a file that is no report which this program reads; empty when it is one.
std::string why_no_report(const nlohmann::ordered_json& whole) {
    const auto schema = whole.is_object() ? whole.find("schema") : whole.end();
    if (schema == whole.end() || !schema->is_string())
        return fmt::format(
            "no report: it has no \"schema\"; a file that chatload wrote with --json "
            "has \"{}\"",
            report_schema);
    const auto name = schema->get<std::string>();
    if (name == report_schema)
        return {};
    if (name.starts_with("chatload/"))
        return fmt::format("a report of another version of chatload, {}; this one reads {}: "
                           "measure again with this version",
                           bench::json_string(name), report_schema);
    return fmt::format("a report of another program, {}; chatload reads {}",
                       bench::json_string(name), report_schema);
}

} // namespace

std::string to_json(const run_report& report) {
    bench::json_writer whole;
    describe(whole, report);
    return bench::json_text(whole.take());
}

run_report read_report(const std::string& file) {
    const nlohmann::ordered_json whole = bench::read_json_file(file);
    if (const std::string why = why_no_report(whole); !why.empty())
        throw std::runtime_error(file + ": " + why);
    try {
        run_report report;
        bench::json_reader reader{whole, ""};
        describe(reader, report);
        return report;
    } catch (const bench::json_field_error& error) {
        throw std::runtime_error(
            fmt::format("{}: not as {} says: {}", file, report_schema, error.what()));
    }
}

std::vector<std::pair<std::string, std::string>> settings_of(const run_report& report) {
    bench::json_writer asked;
    describe(asked, report.asked);
    nlohmann::ordered_json whole = asked.take();
    whole.erase("server_pid");
    nlohmann::ordered_json loads = nlohmann::ordered_json::object();
    for (nlohmann::ordered_json& load : whole["loads"])
        loads[load["name"].get<std::string>()] = load;
    whole["loads"] = loads; // by name, so that a load more does not make all others differ
    bench::json_writer machine;
    describe(machine, report.machine);
    whole.update(machine.take());
    whole.erase("started");
    whole["runs"] = report.runs.size();

    std::vector<std::pair<std::string, std::string>> settings;
    const nlohmann::ordered_json leaves = whole.flatten();
    for (const auto& [pointer, value] : leaves.items()) {
        std::string name = pointer.substr(1);
        std::replace(name.begin(), name.end(), '/', ' ');
        const bool is_time = name.ends_with("_ns");
        settings.emplace_back(is_time ? name.substr(0, name.size() - 3) : name,
                              is_time             ? bench::duration(value.get<double>())
                              : value.is_string() ? value.get<std::string>()
                                                  : value.dump());
    }
    return settings;
}

} // namespace chatload
