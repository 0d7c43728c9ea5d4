#include "bench/measure/json_file.hpp"
#include "bench/reactor-bench/options.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>

namespace {

using namespace reactor_bench;

/// No round takes as long as this: one that does has lost something for which it waits.
constexpr unsigned longest_round_s = 600;

// What signal handlers use.
volatile std::sig_atomic_t interrupted = 0;
std::array<char, 256> under_way{}; // a line, for the case that it does not end

void on_interrupt(int /*signal*/) {
    interrupted = 1; // the round under way is completed
    std::signal(SIGINT, SIG_DFL);
}

void on_too_long(int /*signal*/) {
    const char* end = std::find(under_way.begin(), under_way.end(), '\0');
    if (::write(STDERR_FILENO, under_way.data(), static_cast<std::size_t>(end - under_way.data())) <
        0)
        ::_exit(2);
    ::_exit(1);
}

/// Sees to it that a round which hangs ends the program, and shows what goes on.
bool begin_round(const std::string& what) {
    ::alarm(0);
    under_way = {};
    fmt::format_to_n(under_way.begin(), under_way.size() - 1,
                     "reactor-bench: {} does not end: something is lost\n", what);
    ::alarm(longest_round_s);
    if (::isatty(STDERR_FILENO) == 1)
        fmt::print(stderr, "\r\033[K{}", what);
    return interrupted == 0;
}

void show(const benchmark_results& found) {
    if (::isatty(STDERR_FILENO) == 1)
        fmt::print(stderr, "\r\033[K");
    fmt::print("{}\n", to_text(found));
    std::fflush(stdout);
}

int run_and_report(run_plan plan) {
    plan.program = std::filesystem::read_symlink("/proc/self/exe").string();
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGALRM, on_too_long);
    const auto found = run(plan, show, begin_round);
    ::alarm(0);
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
