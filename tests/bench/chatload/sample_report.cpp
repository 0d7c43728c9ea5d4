#include "bench/chatload/sample_report.hpp"

#include <cmath>
#include <random>

namespace sample {

using namespace chatload;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

nanoseconds times(nanoseconds value, double factor) {
    return nanoseconds{std::llround(static_cast<double>(value.count()) * factor)};
}

std::uint64_t times(std::uint64_t value, double factor) {
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(value) * factor));
}

/// A long tail, as latencies have.
bench::histogram long_tail(nanoseconds middle, unsigned seed) {
    std::mt19937 random(seed);
    std::lognormal_distribution<double> spread(0, 0.5);
    bench::histogram made;
    for (int i = 0; i < 5000; ++i)
        made.record(times(middle, spread(random)));
    return made;
}

second_figures second(int number, double slower) {
    const double wave = 1 + 0.02 * std::sin(number * 1.3);
    second_figures made;
    made.at = std::chrono::seconds{number};
    made.done = {times(1000, wave / slower), times(100'000, wave / slower), 0, 0, 0};
    made.p50 = times(300us, slower * wave);
    made.p99 = times(1ms, slower * wave);
    made.max = times(2ms, slower * wave);
    made.server_cpu_share = 0.01 * wave;
    made.server_resident = (20U << 20U) + static_cast<unsigned>(number) * 1024;
    made.own_cpu_share = 0.25;
    made.connected = 100;
    return made;
}

run_figures run(double slower, unsigned seed) {
    run_figures made;
    made.login_time = 250ms;
    made.measured = 10s;
    made.done = {times(10'000, 1 / slower), times(1'000'000, 1 / slower), 0, 0, 0};
    made.whole_run = {times(11'000, 1 / slower), times(1'100'000, 1 / slower), 0, 100, 4950};
    load_figures load;
    load.name = "fan-out";
    load.done = made.done;
    load.latencies.push_back({"echo", long_tail(times(300us, slower), seed)});
    load.latencies.push_back({"others", long_tail(times(350us, slower), seed + 1)});
    made.loads.push_back(std::move(load));
    for (int i = 1; i <= 10; ++i)
        made.seconds.push_back(second(i, slower));
    made.server = server_figures{
        100ms,  "schedstat", 20U << 20U, (20U << 20U) + 204'800, (21U << 20U), 22U << 20U,
        12'000, 1'000'000,   ""};
    made.generator = {2500ms, 100ms, 0.25};
    return made;
}

} // namespace

std::unique_ptr<run_report> repeated_report(std::size_t runs, double slower) {
    auto made = std::make_unique<run_report>();
    made->asked.server = reactor::endpoint::loopback_v4(6666);
    load asked;
    asked.name = "fan-out";
    made->asked.loads.push_back(asked);
    made->machine = {"chatload 0.1.0", "2026-01-02T03:04:05Z", "Linux 6.1", "A Processor", 4};
    for (unsigned i = 0; i < runs; ++i)
        made->runs.push_back(run(slower * (1 + 0.01 * i), 10 * i));
    return made;
}

std::unique_ptr<run_report> good_report(double slower) { return repeated_report(1, slower); }

std::unique_ptr<run_report> full_report() {
    auto made = repeated_report(2);
    plan& asked = made->asked;
    asked = {reactor::endpoint::loopback_v6(4222), "nats", {}, 80, 12s, 3s, 7s, 2,
             {"127.0.0.2", "127.0.0.3"},           4711};
    asked.loads = {{"talk", workload::rooms, 50, 3, 2, 16, 1500.5, 0.2, false},
                   {"sleepers", workload::idle, 1000, 1, 1, 1, 0, 0.1, true}};
    limit_search limit{20ms, 1500.5, {}, true};
    limit.steps = {{1000, 1000, 5ms, true, false},
                   {3000, 2500, 45ms, false, true},
                   {1500.5, 1500, 12ms, true, false}};
    made->limit = limit;
    made->partial = true;
    run_figures& first = made->runs.front();
    first.loads.front().name = "talk";
    first.loads.front().closed_stalled = 3;
    first.loads.front().latest_send = 250us;
    first.loads.push_back({"sleepers", {0, 0, 9, 8, 7}, {{"login", long_tail(5ms, 3)}}, 0, 0ns});
    first.done = {1, 2, 3, 4, 5};
    first.found.add({violation_kind::torn, "ux00001", 17, "half\xff<b>\"\x1b", "whole"});
    first.found.add({violation_kind::lost, "ux00002", 18, "", "gone"});
    first.found.count(violation_kind::lost, 40);
    first.failures = {"client ux00001: closed by the server"};
    first.failure_count = 3;
    first.interrupted = true;
    first.seconds.front().server_resident.reset();
    run_figures& second = made->runs.back();
    second.loads.front().name = "talk";
    second.loads.push_back({"sleepers", {}, {}, 0, 0ns});
    second.server->system_calls.reset();
    second.server->no_system_calls = "not allowed";
    second.server->context_switches.reset();
    return made;
}

} // namespace sample
