#pragma once

#include "bench/chatload/runner.hpp"
#include "bench/measure/clock.hpp"

#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

namespace chatload {

/// How a run goes on, in one line without LF: `measuring 3/10 s, 12.3 k lines/s, ...`.
/// @param title  what comes first; may be empty.
[[nodiscard]] std::string progress_text(const run_progress& now, const plan& asked,
                                        std::string_view title);

/// Where progress is written and how.
struct progress_output {
    std::FILE* stream = stderr;
    bool live = false;   ///< A terminal: one line, redrawn in place.
    unsigned width = 80; ///< Of the terminal, in columns.
    std::function<std::chrono::nanoseconds()> now = bench::monotonic_now;

    /// Standard error as it is.
    [[nodiscard]] static progress_output standard_error();
};

/// Shows how a run goes on: on a terminal in a line that is redrawn and gone at the end, elsewhere
/// by a line every five seconds.
class progress_printer : public run_observer {
public:
    progress_printer(plan asked, progress_output to);
    ~progress_printer() override;
    progress_printer(const progress_printer&) = delete;
    progress_printer& operator=(const progress_printer&) = delete;

    /// What the next lines begin with.
    void title(std::string text) { title_ = std::move(text); }
    void progress(const run_progress& now) override;
    /// Takes the live line away, so that something else can be written.
    void clear();

private:
    plan asked_;
    progress_output to_;
    std::string title_;
    bool shown_ = false;
    std::chrono::nanoseconds next_line_; // when it is due
};

} // namespace chatload
