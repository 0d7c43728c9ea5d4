// The terminator machine beside the real asynchat, where there is a Python that still has it.
#include "support/catch.hpp"

#include "support/program.hpp"
#include "support/temp_dir.hpp"

#include "libreactor/terminator_program.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using terminators::events;

namespace {

constexpr std::size_t programs = 500;

int run(std::vector<std::string> words, std::string& output) {
    support::program python("/usr/bin/env", std::move(words));
    const int status = python.wait();
    output = python.output();
    return status;
}

/// The first Python with asynchat; empty where there is none.
std::string python_with_asynchat() {
    static constexpr std::array names{"python3", "python3.11", "python3.10", "python3.9"};
    for (const char* name : names)
        if (std::string ignored; run({name, "-W", "ignore", "-c", "import asynchat"}, ignored) == 0)
            return name;
    return {};
}

std::string hex(const std::string& bytes) {
    static constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto value = static_cast<unsigned char>(c);
        text += {digits[value / 16], digits[value % 16]};
    }
    return text;
}

std::string words_of(const terminators::choice& c) {
    if (!c.bytes.empty())
        return "b " + hex(c.bytes);
    return c.length > 0 ? "n " + std::to_string(c.length) : "-";
}

void write(std::ostream& to, const terminators::program& p) {
    using kind = terminators::act::kind;
    to << "T " << words_of(p.first) << '\n';
    for (const auto& step : p.steps)
        to << "R " << hex(step.piece) << '\n';
    for (const auto& [number, acts] : p.in_callback)
        for (const auto& one : acts)
            to << "A " << number << ' '
               << (one.what == kind::discard ? "d"
                   : one.what == kind::close ? "c"
                                             : "s " + words_of(one.to))
               << '\n';
    to << "E\n";
}

/// What asynchat did, with the documented differences made up for.
std::vector<events> read(const std::string& text) {
    std::vector<events> all(1);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        events& calls = all.back();
        const auto closed = std::find(calls.begin(), calls.end(), "closed");
        if (line == "end") {
            if (closed == calls.end()) { // our channel closes itself at the end of input
                calls.emplace_back("eof");
                calls.emplace_back("closed");
            }
            all.emplace_back();
        } else if (closed != calls.end()) {
            continue; // asynchat calls on after close (defect 31)
        } else if (line.starts_with("kept ")) {
            if (line != "kept ") // ... and loses a terminator's beginning at the end (defect 33)
                calls.push_back("collect " + line.substr(5));
        } else {
            calls.push_back(line);
        }
    }
    all.pop_back();
    return all;
}

} // namespace

TEST_CASE("the terminator machine does what asynchat does", "[property][asyncore][terminator]") {
    const auto python = python_with_asynchat();
    if (python.empty())
        SKIP("no Python with asynchat");
    const support::temp_dir directory;
    const auto file = directory.file("programs");
    {
        std::ofstream to(file);
        for (std::size_t seed = 1; seed <= programs; ++seed)
            write(to, terminators::random_program(seed, {.as_in_asynchat = true}));
    }
    std::string output;
    const int status = run({python, "-W", "ignore", ORACLE, file}, output);
    INFO(output.substr(output.size() - std::min<std::size_t>(output.size(), 2000)));
    REQUIRE(status == 0);
    const auto asynchat = read(output);
    REQUIRE(asynchat.size() == programs);
    int failed = 0;
    for (std::size_t i = 0; i < programs && failed < 3; ++i) {
        const auto p = terminators::random_program(i + 1, {.as_in_asynchat = true});
        std::vector<std::string> ignored;
        const auto here = terminators::played_by_library(p, ignored);
        if (here == asynchat[i])
            continue;
        ++failed;
        UNSCOPED_INFO(terminators::describe(p, here.size()));
        CHECK(here == asynchat[i]);
    }
    CHECK(failed == 0);
}
