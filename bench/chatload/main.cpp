#include "bench/chatload/command_runs.hpp"
#include "bench/chatload/interrupts.hpp"
#include "bench/chatload/options.hpp"
#include "bench/chatload/progress.hpp"
#include "bench/chatload/report.hpp"
#include "bench/chatload/runner.hpp"
#include "bench/measure/json_file.hpp"

#include <reactor/version.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace {

using chatload::run_command;
using chatload::run_report;

/// The figures as the report still wants them.
chatload::results results_of(const run_report& report, const run_command& asked) {
    chatload::results made;
    if (report.runs.empty())
        return made;
    const chatload::run_figures& run = report.runs.back();
    made.asked.server = asked.asked.server;
    made.asked.clients = asked.asked.loads.front().clients;
    made.asked.senders = asked.asked.loads.front().senders;
    made.asked.window = asked.asked.loads.front().window;
    made.asked.rate = asked.asked.loads.front().rate;
    made.asked.idle = asked.asked.loads.size() > 1 ? asked.asked.loads.back().clients : 0;
    made.asked.size = asked.asked.size;
    made.asked.duration = asked.asked.duration;
    made.login_time = run.login_time;
    made.joins = run.whole_run.joins;
    made.measured = run.measured;
    made.lines = run.done.lines;
    made.deliveries = run.done.deliveries;
    for (const auto& one : run.loads.front().latencies)
        (one.name == "others" ? made.others : made.own_echo).merge(one.times);
    made.all_lines = run.whole_run.lines;
    made.all_deliveries = run.whole_run.deliveries;
    made.found = run.found;
    made.failures = run.failures;
    made.failure_count = run.failure_count;
    if (run.server)
        made.server =
            chatload::server_usage{{run.server->cpu, run.server->cpu_source.c_str()},
                                   {run.server->resident_before, run.server->resident_before},
                                   {run.server->resident_logged_in, run.server->resident_logged_in},
                                   {run.server->resident_end, run.server->resident_peak}};
    made.own_cpu = run.generator.cpu;
    made.own_wait = run.generator.wait;
    made.interrupted = run.interrupted;
    return made;
}

/// Does all runs and shows how they go on.
run_report run_all(const run_command& asked) {
    std::unique_ptr<chatload::progress_printer> progress;
    if (!asked.quiet)
        progress = std::make_unique<chatload::progress_printer>(
            asked.asked, chatload::progress_output::standard_error());
    const chatload::interrupts between_runs;
    return do_runs(asked, {[&](const chatload::plan& one) {
                               return chatload::runner(one, progress.get()).run();
                           },
                           [&] { return between_runs.seen(); },
                           [&](std::string title) {
                               if (progress)
                                   progress->title(std::move(title));
                           }});
}

int run(const run_command& asked) {
    if (!asked.json.empty())
        bench::check_writable(asked.json);
    run_report found = run_all(asked);
    found.machine = bench::read_environment(fmt::format("chatload {}", reactor::version));
    const auto old = results_of(found, asked);
    fmt::print("{}", chatload::to_text(old));
    if (!asked.json.empty())
        bench::write_file(asked.json, chatload::to_json(old));
    return old.ok() ? 0 : 1;
}

int carry_out(const chatload::command& asked) {
    if (const auto* exit = std::get_if<chatload::early_exit>(&asked)) {
        fmt::print(exit->status == 0 ? stdout : stderr, "{}", exit->text);
        return exit->status;
    }
    return run(std::get<run_command>(asked));
}

} // namespace

int main(int argc, char** argv) {
    try {
        return carry_out(chatload::parse_options(argc, argv));
    } catch (const std::exception& error) {
        fmt::print(stderr, "chatload: {}\n", error.what());
        return 1;
    }
}
