#include "bench/chatload/progress.hpp"

#include "bench/measure/figures.hpp"

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace chatload {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds line_period = 5s;
constexpr std::string_view clear_line = "\r\x1b[K";

/// The rates of the last second that are not zero; the one that tells most comes first.
std::vector<std::string> rates(const counts& done) {
    std::vector<std::string> texts;
    const auto add = [&texts](std::uint64_t count, const char* what) {
        if (count > 0)
            texts.push_back(bench::quantity(static_cast<double>(count), what));
    };
    add(done.deliveries, " deliveries/s");
    add(done.answers, " answers/s");
    add(done.logins, " logins/s");
    add(done.lines, " lines/s");
    return texts;
}

/// What fits `columns`; every character counts as one.
std::string_view fitting(std::string_view text, std::size_t columns) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
        if (begins && columns-- == 0)
            return text.substr(0, i);
    }
    return text;
}

} // namespace

std::string progress_text(const run_progress& now, const plan& asked, std::string_view title) {
    std::string text =
        fmt::format("{}{}{}", title, title.empty() ? "" : ": ", to_string(now.phase));
    if (now.phase == run_phase::connecting)
        return text + fmt::format(" {} of {}", now.connected, now.wanted);
    std::vector<std::string> parts;
    if (now.phase == run_phase::measuring) {
        text += fmt::format(" {:.0f}/{:g} s", bench::seconds(now.elapsed),
                            bench::seconds(asked.duration));
        parts = rates(now.last.done);
    }
    // The narrowest terminals cut what comes last.
    std::vector<std::string> after_first;
    if (now.phase == run_phase::measuring && now.last.max > 0ns)
        after_first = {fmt::format("p50 {}", bench::duration(now.last.p50)),
                       fmt::format("p99 {}", bench::duration(now.last.p99))};
    after_first.push_back(fmt::format("{} connected", now.connected));
    parts.insert(parts.begin() + (parts.empty() ? 0 : 1), after_first.begin(), after_first.end());
    return fmt::format("{}, {}", text, fmt::join(parts, ", "));
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
    const std::string text = progress_text(now, asked_, title_);
    if (to_.live) {
        fmt::print(to_.stream, "{}{}", clear_line, fitting(text, to_.width - 1)); // none wraps
        shown_ = true;
    } else if (const auto time = to_.now(); time >= next_line_) {
        fmt::print(to_.stream, "{}\n", text);
        while (next_line_ <= time)
            next_line_ += line_period;
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
