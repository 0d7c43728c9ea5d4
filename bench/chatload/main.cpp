#include "bench/chatload/command_runs.hpp"
#include "bench/chatload/compare.hpp"
#include "bench/chatload/interrupts.hpp"
#include "bench/chatload/options.hpp"
#include "bench/chatload/progress.hpp"
#include "bench/chatload/report_json.hpp"
#include "bench/chatload/report_page.hpp"
#include "bench/chatload/report_text.hpp"
#include "bench/measure/json_file.hpp"

#include <reactor/version.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <variant>

namespace {

using chatload::compare_command;
using chatload::early_exit;
using chatload::run_command;
using chatload::run_report;

void complain(const std::exception& error) { fmt::print(stderr, "chatload: {}\n", error.what()); }

/// A file that the user asked for; its name may be empty.
class output_file {
public:
    explicit output_file(const std::string& name) : name_(name) {
        if (!name_.empty())
            bench::check_writable(name_);
    }
    /// Writes what `text()` gives.  Gives false, and says why, when that fails: other files may
    /// still be written.
    template <class F>
    [[nodiscard]] bool write(F&& text) const {
        if (name_.empty())
            return true;
        try {
            bench::write_file(name_, text());
            return true;
        } catch (const std::exception& error) {
            complain(error);
            return false;
        }
    }

private:
    const std::string& name_;
};

/// Does all runs, and shows how they go on.
run_report run_all(const run_command& asked) {
    const auto machine = bench::read_environment(fmt::format("chatload {}", reactor::version));
    std::unique_ptr<chatload::progress_printer> progress;
    if (!asked.quiet)
        progress = std::make_unique<chatload::progress_printer>(
            asked.asked, chatload::progress_output::standard_error());
    const chatload::interrupts between_runs;
    chatload::run_means means;
    means.run = [&](const chatload::plan& one) { return between_runs.run(one, progress.get()); };
    means.interrupted = [&] { return between_runs.seen(); };
    means.announce = [&](const std::string& title) {
        if (progress)
            progress->title(title);
    };
    run_report found = do_runs(asked, means);
    found.machine = machine;
    return found;
}

int run(const run_command& asked) {
    const output_file json(asked.json);
    const output_file html(asked.html);
    const run_report found = run_all(asked);
    fmt::print("{}", to_text(found));
    bool written = json.write([&] { return to_json(found); });
    written = html.write([&] { return to_html(found); }) && written;
    return found.ok() && written ? 0 : 1;
}

int compare(const compare_command& asked) {
    const output_file html(asked.html);
    const chatload::named_report before{asked.before, chatload::read_report(asked.before)};
    const chatload::named_report after{asked.after, chatload::read_report(asked.after)};
    const chatload::comparison found = chatload::compare(before, after);
    fmt::print("{}", to_text(found));
    return html.write([&] { return to_html(found); }) ? 0 : 1;
}

int leave(const early_exit& exit) {
    fmt::print(exit.status == 0 ? stdout : stderr, "{}", exit.text);
    return exit.status;
}

int carry_out(const chatload::command& asked) {
    if (const auto* to_run = std::get_if<run_command>(&asked))
        return run(*to_run);
    if (const auto* to_compare = std::get_if<compare_command>(&asked))
        return compare(*to_compare);
    return leave(std::get<early_exit>(asked));
}

} // namespace

int main(int argc, char** argv) {
    try {
        return carry_out(chatload::parse_options(argc, argv));
    } catch (const std::exception& error) {
        complain(error);
        return 1;
    }
}
