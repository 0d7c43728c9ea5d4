#include "bench/chatload/report.hpp"

#include "bench/chatload/json.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>

namespace chatload {

namespace {

using buffer = fmt::memory_buffer;
using std::chrono::nanoseconds;

template <class... Args>
void print(buffer& out, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

double seconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }

double per(double amount, double of) { return of > 0 ? amount / of : NAN; }

double per_second(std::uint64_t amount, const results& run) {
    return per(static_cast<double>(amount), seconds(run.measured));
}

double per_delivery(nanoseconds cpu, const results& run) {
    return per(static_cast<double>(cpu.count()), static_cast<double>(run.deliveries));
}

/// Memory that each of the clients and idle connections added.
double bytes_per_session(const results& run) {
    const double grown = static_cast<double>(run.server->logged_in.now) -
                         static_cast<double>(run.server->before.now);
    return grown / (static_cast<double>(run.asked.clients) + run.asked.idle);
}

std::string quantity(double value, const char* unit = "") {
    if (!std::isfinite(value))
        return "-";
    constexpr std::array<const char*, 4> scales = {"", " k", " M", " G"};
    std::size_t scale = 0;
    for (; value >= 9999.5 && scale + 1 < scales.size(); ++scale)
        value /= 1000;
    return fmt::format("{:.{}f}{}{}", value,
                       value < 100    ? 2
                       : value < 1000 ? 1
                                      : 0,
                       scales[scale], unit);
}

std::string duration(nanoseconds time) {
    const auto ns = static_cast<double>(time.count());
    if (ns < 1e3)
        return fmt::format("{:.0f} ns", ns);
    if (ns < 1e6)
        return fmt::format("{:.4g} us", ns / 1e3);
    if (ns < 1e9)
        return fmt::format("{:.4g} ms", ns / 1e6);
    return fmt::format("{:.4g} s", ns / 1e9);
}

std::string size(double bytes) {
    if (std::abs(bytes) < 1024.0 * 1024.0)
        return fmt::format("{:.1f} KiB", bytes / 1024);
    return fmt::format("{:.1f} MiB", bytes / (1024 * 1024));
}

std::string plural(std::uint64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string percent(double share) {
    return std::isfinite(share) ? fmt::format("{:.1f} %", share * 100) : "-";
}

std::string kinds(const violations& found) {
    std::string list;
    for (std::size_t i = 0; i < violation_kinds; ++i) {
        const auto kind = static_cast<violation_kind>(i);
        if (found.of(kind) > 0)
            list +=
                fmt::format("{}{} {}", list.empty() ? "" : ", ", found.of(kind), to_string(kind));
    }
    return list;
}

void print_asked(buffer& out, const options& asked) {
    print(out, "chatload: {}, {}, ", plural(asked.clients, "client"),
          plural(asked.senders, "sender"));
    if (asked.rate > 0)
        print(out, "{:g} lines/s", asked.rate);
    else
        print(out, "window {}", asked.window);
    print(out, ", {}-byte lines", asked.size);
    if (asked.idle > 0)
        print(out, ", {}", plural(asked.idle, "idle connection"));
    print(out, ", {:g} s, {}\n", seconds(asked.duration), asked.server.to_string());
}

void print_latency(buffer& out, const char* where, const bench::histogram& times) {
    if (times.count() == 0)
        return;
    print(out, "  {:<11}p50 {}, p90 {}, p99 {}, p99.9 {}, max {}  ({})\n", where,
          duration(times.percentile(50)), duration(times.percentile(90)),
          duration(times.percentile(99)), duration(times.percentile(99.9)), duration(times.max()),
          plural(times.count(), "time"));
}

void print_processes(buffer& out, const results& run) {
    if (run.server) {
        const server_usage& used = *run.server;
        print(out, "  server     {} ns of CPU per delivery, {} of a core ({})\n",
              quantity(per_delivery(used.cpu.time, run)),
              percent(per(seconds(used.cpu.time), seconds(run.measured))), used.cpu.source);
        print(out, "             {} resident, {} at most; {} more per session at login\n",
              size(static_cast<double>(used.end.now)), size(static_cast<double>(used.end.peak)),
              size(bytes_per_session(run)));
    }
    print(out, "  generator  {} ns of CPU per delivery, {} of a core, {} waiting for one\n",
          quantity(per_delivery(run.own_cpu, run)), percent(run.own_share()),
          percent(run.own_wait_share()));
}

void print_verdict(buffer& out, const results& run) {
    if (run.generator_bound())
        print(
            out,
            "warning: the generator was the bottleneck: these are its figures, not the server's\n");
    if (run.generator_starved())
        print(out, "warning: other processes held the generator up: rates and latencies are not "
                   "the server's\n");
    if (run.interrupted)
        print(out, "interrupted: ended early\n");
    for (const std::string& failure : run.failures)
        print(out, "error: {}\n", failure);
    if (run.failure_count > run.failures.size())
        print(out, "error: {} more like these\n", run.failure_count - run.failures.size());
    if (run.found.total() > 0) {
        print(out, "error: {}: {}\n", plural(run.found.total(), "violation"), kinds(run.found));
        for (const violation& one : run.found.first()) {
            print(out, "  {}, line {}: {}", one.client, one.position, to_string(one.kind));
            if (one.kind != violation_kind::lost)
                print(out, ": {}", json_string(one.got));
            print(out, "; expected {}\n",
                  one.expected.empty() ? "no line" : json_string(one.expected));
        }
    } else if (run.ok() && run.all_deliveries > 0) {
        print(out, "ok: {}, {} in all, each whole, once and in one order\n",
              plural(run.all_lines, "line"),
              run.all_deliveries == 1 ? "1 delivery"
                                      : fmt::format("{} deliveries", run.all_deliveries));
    }
}

std::string latency_json(const bench::histogram& times) {
    return json_object{}
        .number("count", times.count())
        .number("min", times.min().count())
        .number("mean", times.mean().count())
        .number("p50", times.percentile(50).count())
        .number("p90", times.percentile(90).count())
        .number("p99", times.percentile(99).count())
        .number("p99_9", times.percentile(99.9).count())
        .number("max", times.max().count())
        .str();
}

std::string asked_json(const options& asked) {
    json_object object;
    object.text("server", asked.server.to_string())
        .number("clients", asked.clients)
        .number("senders", asked.senders)
        .number("idle", asked.idle);
    if (asked.rate > 0)
        object.number("rate", asked.rate);
    else
        object.number("window", asked.window);
    return object.number("size", asked.size)
        .number("duration_ns", asked.duration.count())
        .number("warm_up_ns", asked.warm_up.count())
        .str();
}

std::string server_json(const results& run) {
    const server_usage& used = *run.server;
    return json_object{}
        .number("pid", run.asked.server_pid)
        .number("cpu_ns", used.cpu.time.count())
        .text("cpu_source", used.cpu.source)
        .number("cpu_share", per(seconds(used.cpu.time), seconds(run.measured)))
        .number("cpu_ns_per_delivery", per_delivery(used.cpu.time, run))
        .number("resident_before", used.before.now)
        .number("resident_logged_in", used.logged_in.now)
        .number("resident_end", used.end.now)
        .number("resident_peak", used.end.peak)
        .number("bytes_per_session", bytes_per_session(run))
        .str();
}

std::string violations_json(const violations& found) {
    json_object counts;
    for (std::size_t i = 0; i < violation_kinds; ++i) {
        const auto kind = static_cast<violation_kind>(i);
        counts.number(to_string(kind), found.of(kind));
    }
    std::string first;
    for (const violation& one : found.first()) {
        first += first.empty() ? "" : ", ";
        first += json_object{}
                     .text("kind", to_string(one.kind))
                     .text("client", one.client)
                     .number("line", one.position)
                     .text("got", one.got)
                     .text("expected", one.expected)
                     .str();
    }
    return json_object{}
        .number("total", found.total())
        .raw("by_kind", counts.str())
        .raw("first", "[" + first + "]")
        .str();
}

std::string failures_json(const results& run) {
    std::string first;
    for (const std::string& failure : run.failures)
        first += (first.empty() ? "" : ", ") + json_string(failure);
    return json_object{}.number("total", run.failure_count).raw("first", "[" + first + "]").str();
}

} // namespace

double results::own_share() const noexcept {
    return measured.count() > 0 ? seconds(own_cpu) / seconds(measured) : 0;
}

double results::own_wait_share() const noexcept {
    return measured.count() > 0 ? seconds(own_wait) / seconds(measured) : 0;
}

std::string to_text(const results& run) {
    buffer out;
    print_asked(out, run.asked);
    if (run.login_time.count() > 0)
        print(out, "  login      {:.2f} s, {}\n", seconds(run.login_time),
              plural(run.joins, "join notice"));
    if (run.measured.count() > 0) {
        print(out, "  delivered  {} to clients, {}, in {:.2f} s\n",
              quantity(per_second(run.deliveries, run), "/s"),
              quantity(per_second(run.lines, run), " lines/s"), seconds(run.measured));
        print_latency(out, "own echo", run.own_echo);
        print_latency(out, "others", run.others);
        print_processes(out, run);
    }
    print_verdict(out, run);
    return fmt::to_string(out);
}

std::string to_json(const results& run) {
    json_object object;
    object.text("schema", "chatload/1")
        .boolean("ok", run.ok())
        .boolean("interrupted", run.interrupted)
        .raw("asked", asked_json(run.asked))
        .number("login_ns", run.login_time.count())
        .number("join_notices", run.joins)
        .number("measured_ns", run.measured.count())
        .number("lines", run.lines)
        .number("deliveries", run.deliveries)
        .number("lines_per_second", per_second(run.lines, run))
        .number("deliveries_per_second", per_second(run.deliveries, run))
        .raw("latency_own_echo_ns", latency_json(run.own_echo))
        .raw("latency_others_ns", latency_json(run.others))
        .raw("server", run.server ? server_json(run) : "null")
        .raw("generator", json_object{}
                              .number("cpu_ns", run.own_cpu.count())
                              .number("cpu_share", run.own_share())
                              .number("cpu_ns_per_delivery", per_delivery(run.own_cpu, run))
                              .number("wait_ns", run.own_wait.count())
                              .boolean("starved", run.generator_starved())
                              .boolean("bottleneck", run.generator_bound())
                              .str())
        .number("all_lines", run.all_lines)
        .number("all_deliveries", run.all_deliveries)
        .raw("violations", violations_json(run.found))
        .raw("failures", failures_json(run));
    return object.str() + "\n";
}

} // namespace chatload
