#include "bench/chatload/progress.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>

using chatload::plan;
using chatload::progress_output;
using chatload::progress_printer;
using chatload::progress_text;
using chatload::run_phase;
using chatload::run_progress;
using namespace std::chrono_literals;

namespace {

/// Where a printer writes, with a clock of its own.
struct stage {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), std::fclose};
    std::chrono::nanoseconds time{100s};

    progress_output output(bool live, unsigned width = 200) {
        REQUIRE(file);
        return {file.get(), live, width, [this] { return time; }};
    }
    std::string written() const {
        std::string text;
        std::rewind(file.get());
        std::array<char, 4096> buffer{};
        while (const auto got = std::fread(buffer.data(), 1, buffer.size(), file.get()))
            text.append(buffer.data(), got);
        return text;
    }
};

run_progress measuring() {
    run_progress now;
    now.phase = run_phase::measuring;
    now.elapsed = 3s;
    now.connected = 100;
    now.wanted = 100;
    now.last.at = 3s;
    now.last.done.lines = 250;
    now.last.done.deliveries = 25'000;
    now.last.p50 = 850us;
    now.last.p99 = 4ms;
    now.last.max = 5ms;
    return now;
}

} // namespace

TEST_CASE("progress while measuring tells rate and latencies and who is connected", "[progress]") {
    const std::string text = progress_text(measuring(), plan{}, "run 2 of 5");
    CHECK(text == "run 2 of 5: measuring 3/10 s, 25.00 k deliveries/s, p50 850 µs, p99 4 ms, "
                  "100 connected, 250.0 lines/s");
}

TEST_CASE("progress before measuring tells how far connecting is", "[progress]") {
    run_progress now;
    now.connected = 30;
    now.wanted = 100;
    CHECK(progress_text(now, plan{}, "") == "connecting 30 of 100");
    now.phase = run_phase::warm_up;
    CHECK(progress_text(now, plan{}, "") == "warm-up, 30 connected");
    now.phase = run_phase::measuring; // no second is over
    CHECK(progress_text(now, plan{}, "") == "measuring 0/10 s, 30 connected");
}

TEST_CASE("a terminal's line is redrawn in place and gone at the end", "[progress]") {
    stage s;
    {
        progress_printer printer(plan{}, s.output(true));
        printer.progress(measuring());
        printer.title("step 2");
        printer.progress(measuring());
    }
    const std::string text = s.written();
    CHECK(text.starts_with("\r\x1b[Kmeasuring"));
    CHECK_THAT(text, Catch::Matchers::ContainsSubstring("lines/s\r\x1b[Kstep 2: measuring"));
    CHECK(text.ends_with("lines/s\r\x1b[K"));
    CHECK(text.find('\n') == std::string::npos);
}

TEST_CASE("a terminal's line never wraps and no character is cut", "[progress]") {
    stage s;
    {
        progress_printer printer(plan{}, s.output(true, 20));
        printer.progress(measuring());
    }
    CHECK(s.written() == "\r\x1b[Kmeasuring 3/10 s, 2\r\x1b[K");
    stage narrow;
    {
        progress_printer printer(plan{}, narrow.output(true, 50));
        printer.progress(measuring());
    }
    CHECK(narrow.written() == "\r\x1b[Kmeasuring 3/10 s, 25.00 k deliveries/s, p50 850 µ\r\x1b[K");
}

TEST_CASE("elsewhere there is a line every five seconds", "[progress]") {
    stage s;
    progress_printer printer(plan{}, s.output(false));
    for (int second = 0; second <= 12; ++second) {
        printer.progress(measuring());
        s.time += 1s;
    }
    const std::string text = s.written();
    CHECK(std::count(text.begin(), text.end(), '\n') == 2); // at 5 and at 10 s
    CHECK(text.find('\r') == std::string::npos);
}
