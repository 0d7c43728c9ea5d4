#include "bench/measure/figures.hpp"

#include "support/catch.hpp"

#include <cmath>

using namespace std::chrono_literals;

TEST_CASE("quantities keep the digits that tell something", "[figures]") {
    CHECK(bench::quantity(0) == "0");
    CHECK(bench::quantity(0.01234, "/s") == "0.0123/s");
    CHECK(bench::quantity(12.345, "/s") == "12.35/s");
    CHECK(bench::quantity(123.45) == "123.5");
    CHECK(bench::quantity(9999) == "9999");
    CHECK(bench::quantity(10'000, "/s") == "10.00 k/s");
    CHECK(bench::quantity(12'345'678) == "12.35 M");
    CHECK(bench::quantity(-20'000) == "-20.00 k");
    CHECK(bench::quantity(4.2e15) == "4200000 G");
}

TEST_CASE("durations come in the unit that suits them", "[figures]") {
    CHECK(bench::duration(0ns) == "0 ns");
    CHECK(bench::duration(999ns) == "999 ns");
    CHECK(bench::duration(1500ns) == "1.5 µs");
    CHECK(bench::duration(20ms) == "20 ms");
    CHECK(bench::duration(2s) == "2 s");
    CHECK(bench::duration(92.46) == "92.5 ns");
    CHECK(bench::duration(-1500.0) == "-1.5 µs");
}

TEST_CASE("sizes and shares and ratios read as such", "[figures]") {
    CHECK(bench::size(850.4) == "850 B");
    CHECK(bench::size(-0.2) == "0 B");
    CHECK(bench::size(2048) == "2.0 KiB");
    CHECK(bench::size(3.5 * 1024 * 1024) == "3.5 MiB");
    CHECK(bench::percent(0.125) == "12.5 %");
    CHECK(bench::ratio(1.254) == "1.25x");
    CHECK(bench::plural(1, "line") == "1 line");
    CHECK(bench::plural(0, "line") == "0 lines");
    CHECK(bench::seconds(1500ms) == 1.5);
}

TEST_CASE("a figure that is not finite is a dash", "[figures]") {
    CHECK(bench::quantity(NAN) == "-");
    CHECK(bench::duration(static_cast<double>(NAN)) == "-");
    CHECK(bench::size(INFINITY) == "-");
    CHECK(bench::percent(NAN) == "-");
    CHECK(bench::ratio(INFINITY) == "-");
}
