#include "bench/measure/json_file.hpp"
#include "bench/reactor-bench/options.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>

namespace {

volatile std::sig_atomic_t interrupted = 0; // what a signal handler may write to

using namespace reactor_bench;

int run_and_report(run_plan plan) {
    plan.program = std::filesystem::read_symlink("/proc/self/exe").string();
    std::signal(SIGINT, [](int) { interrupted = 1; }); // the round under way is completed
    const auto found = run(
        plan,
        [](const benchmark_results& each) {
            fmt::print("{}\n", to_text(each));
            std::fflush(stdout);
        },
        [] { return interrupted == 0; });
    if (!plan.json.empty())
        bench::write_file(plan.json, bench::json_text(to_json(found)));
    if (!plan.html.empty())
        bench::write_file(plan.html, to_html(found));
    if (found.interrupted)
        fmt::print(stderr, "reactor-bench: interrupted: not all was run\n");
    return found.failed() || found.interrupted ? 1 : 0;
}

} // namespace

int main(int argc, char** argv) {
    try {
        const auto parsed = parse_options(argc, argv);
        if (const auto* exit = std::get_if<early_exit>(&parsed)) {
            fmt::print(exit->status == 0 ? stdout : stderr, "{}", exit->text);
            return exit->status;
        }
        if (std::holds_alternative<list_request>(parsed)) {
            fmt::print("{}", list_text());
            return 0;
        }
        return run_and_report(std::get<run_plan>(parsed));
    } catch (const std::exception& error) {
        fmt::print(stderr, "reactor-bench: {}\n", error.what());
        return 1;
    }
}
