#include "bench/chatload/progress.hpp"

#include "bench/measure/figures.hpp"

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace chatload {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds line_period = 5s;
constexpr std::string_view clear_line = "\r\x1b[K";

/// The rates of the last second that are not zero.
std::string rates(const counts& done) {
    std::string text;
    const auto add = [&text](std::uint64_t count, const char* what) {
        if (count > 0)
            text += fmt::format(", {}", bench::quantity(static_cast<double>(count), what));
    };
    add(done.lines, " lines/s");
    add(done.deliveries, " deliveries/s");
    add(done.answers, " answers/s");
    add(done.logins, " logins/s");
    return text;
}

} // namespace

std::string progress_text(const run_progress& now, const plan& asked, std::string_view title) {
    std::string text =
        fmt::format("{}{}{}", title, title.empty() ? "" : ": ", to_string(now.phase));
    if (now.phase == run_phase::connecting)
        return text + fmt::format(" {} of {}", now.connected, now.wanted);
    if (now.phase == run_phase::measuring)
        text += fmt::format(" {:.0f} of {:g} s", bench::seconds(now.elapsed),
                            bench::seconds(asked.duration));
    if (now.phase == run_phase::measuring && now.last.at > 0ns) {
        text += rates(now.last.done);
        if (now.last.max > 0ns)
            text += fmt::format(", p50 {}, p99 {}", bench::duration(now.last.p50),
                                bench::duration(now.last.p99));
    }
    return text + fmt::format(", {} connected", now.connected);
}

progress_output progress_output::standard_error() {
    progress_output made;
    made.live = ::isatty(STDERR_FILENO) != 0;
    winsize window{};
    if (made.live && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
        made.width = window.ws_col;
    return made;
}

progress_printer::progress_printer(plan asked, progress_output to)
    : asked_(std::move(asked)), to_(std::move(to)), next_line_(to_.now() + line_period) {}

progress_printer::~progress_printer() { clear(); }

void progress_printer::progress(const run_progress& now) {
    std::string text = progress_text(now, asked_, title_);
    if (to_.live) {
        text.resize(std::min<std::size_t>(text.size(), to_.width - 1)); // a longer one would wrap
        fmt::print(to_.stream, "{}{}", clear_line, text);
        shown_ = true;
    } else if (const auto time = to_.now(); time >= next_line_) {
        fmt::print(to_.stream, "{}\n", text);
        next_line_ = time + line_period;
    }
    std::fflush(to_.stream);
}

void progress_printer::clear() {
    if (shown_)
        fmt::print(to_.stream, "{}", clear_line);
    shown_ = false;
    std::fflush(to_.stream);
}

} // namespace chatload
