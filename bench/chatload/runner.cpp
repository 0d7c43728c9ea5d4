#include "bench/chatload/runner.hpp"

#include "bench/chatload/swarm.hpp"

namespace chatload {

namespace {

options options_of(const plan& asked) {
    options made;
    made.server = asked.server;
    made.size = asked.size;
    made.duration = asked.duration;
    made.warm_up = asked.warm_up;
    made.patience = asked.patience;
    made.server_pid = asked.server_pid;
    for (const load& one : asked.loads) {
        if (one.kind == workload::idle) {
            made.idle = one.clients;
            continue;
        }
        made.clients = one.clients;
        made.senders = one.senders;
        made.window = one.window;
        made.rate = one.rate;
    }
    return made;
}

run_figures figures_of(const plan& asked, results found) {
    run_figures made;
    made.login_time = found.login_time;
    made.measured = found.measured;
    made.done.lines = found.lines;
    made.done.deliveries = found.deliveries;
    for (const load& one : asked.loads)
        made.loads.emplace_back().name = one.name;
    if (!made.loads.empty()) {
        made.loads.front().done = made.done;
        made.loads.front().latencies = {{"echo", found.own_echo}, {"others", found.others}};
    }
    if (found.server) {
        made.server.emplace();
        made.server->cpu = found.server->cpu.time;
        made.server->cpu_source = found.server->cpu.source;
        made.server->resident_before = found.server->before.now;
        made.server->resident_logged_in = found.server->logged_in.now;
        made.server->resident_end = found.server->end.now;
        made.server->resident_peak = found.server->end.peak;
    }
    made.generator = {found.own_cpu, found.own_wait, found.own_share()};
    made.whole_run = {
        .lines = found.all_lines, .deliveries = found.all_deliveries, .joins = found.joins};
    made.found = std::move(found.found);
    made.failures = std::move(found.failures);
    made.failure_count = found.failure_count;
    made.interrupted = found.interrupted;
    return made;
}

} // namespace

class runner::coordinator {
public:
    explicit coordinator(plan asked) : asked_(std::move(asked)), load_(options_of(asked_)) {}

    run_figures run() { return figures_of(asked_, load_.run()); }
    void interrupt() { load_.request_interrupt(); }

private:
    plan asked_;
    swarm load_;
};

runner::runner(plan asked, run_observer*)
    : coordinator_(std::make_unique<coordinator>(std::move(asked))) {}

runner::~runner() = default;

run_figures runner::run() { return coordinator_->run(); }

void runner::interrupt() { coordinator_->interrupt(); }

const char* to_string(run_phase phase) noexcept {
    constexpr const char* names[] = {"connecting", "settling", "warm-up", "measuring", "draining"};
    return names[static_cast<std::size_t>(phase)];
}

} // namespace chatload
