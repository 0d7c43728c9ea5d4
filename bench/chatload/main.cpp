#include "bench/chatload/command_runs.hpp"
#include "bench/chatload/compare.hpp"
#include "bench/chatload/interrupts.hpp"
#include "bench/chatload/options.hpp"
#include "bench/chatload/progress.hpp"
#include "bench/chatload/report_json.hpp"
#include "bench/chatload/report_page.hpp"
#include "bench/chatload/report_text.hpp"
#include "bench/chatload/runner.hpp"
#include "bench/measure/json_file.hpp"

#include <reactor/version.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>

namespace {

using chatload::run_command;
using chatload::run_report;

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
                           [&](const std::string& title) {
                               if (progress)
                                   progress->title(title);
                           }});
}

void check_writable(const std::string& file) {
    if (!file.empty())
        bench::check_writable(file);
}

int run(const run_command& asked) {
    check_writable(asked.json);
    check_writable(asked.html);
    bench::environment machine =
        bench::read_environment(fmt::format("chatload {}", reactor::version));
    run_report found = run_all(asked);
    found.machine = std::move(machine);
    fmt::print("{}", chatload::to_text(found));
    if (!asked.json.empty())
        bench::write_file(asked.json, chatload::to_json(found));
    if (!asked.html.empty())
        bench::write_file(asked.html, chatload::to_html(found));
    return found.ok() ? 0 : 1;
}

int compare(const chatload::compare_command& asked) {
    check_writable(asked.html);
    const chatload::named_report before{asked.before, chatload::read_report(asked.before)};
    const chatload::named_report after{asked.after, chatload::read_report(asked.after)};
    const chatload::comparison found = chatload::compare(before, after);
    fmt::print("{}", to_text(found));
    if (!asked.html.empty())
        bench::write_file(asked.html, to_html(found));
    return 0;
}

int carry_out(const chatload::command& asked) {
    if (const auto* exit = std::get_if<chatload::early_exit>(&asked)) {
        fmt::print(exit->status == 0 ? stdout : stderr, "{}", exit->text);
        return exit->status;
    }
    if (const auto* two = std::get_if<chatload::compare_command>(&asked))
        return compare(*two);
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
