#include "bench/measure/axis.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using bench::axis;
using bench::axis_map;
using bench::scale;
using bench::unit;
using texts = std::vector<std::string>;
using Catch::Matchers::WithinAbs;

namespace {

texts tick_texts(const axis_map& map) {
    texts found;
    for (const axis_map::tick& tick : map.ticks())
        found.push_back(tick.text);
    return found;
}

} // namespace

TEST_CASE("a linear axis starts at 0 and has round ticks", "[axis]") {
    const axis_map map{{"", unit::number, scale::linear}, 700, 1900, 0, 100, 4};
    CHECK(tick_texts(map) == texts{"0", "500", "1 k", "1.5 k", "2 k"});
    CHECK_THAT(map.at(1000), WithinAbs(50, 1e-9));
    CHECK_THAT(map.at(5000), WithinAbs(100, 1e-9)); // kept within the drawing
}

TEST_CASE("ticks are round in the unit they are read in", "[axis]") {
    CHECK(tick_texts({{"", unit::bytes}, 0, 3.5 * 1024 * 1024, 0, 100, 4}) ==
          texts{"0 B", "1 MiB", "2 MiB", "3 MiB", "4 MiB"});
    CHECK(tick_texts({{"", unit::share}, 0, 0.37, 0, 100, 4}) ==
          texts{"0 %", "10 %", "20 %", "30 %", "40 %"});
    CHECK(tick_texts({{"", unit::nanoseconds}, 0, 390e3, 0, 100, 4}) ==
          texts{"0 ns", "100 µs", "200 µs", "300 µs", "400 µs"});
    CHECK(tick_texts({{"", unit::seconds}, 0, 10, 0, 100, 5}) ==
          texts{"0 s", "2 s", "4 s", "6 s", "8 s", "10 s"});
}

TEST_CASE("an axis becomes logarithmic where that fits", "[axis]") {
    const axis fits{"", unit::nanoseconds, scale::fit};
    const axis_map wide{fits, 12e3, 800e6, 0, 100, 4};
    CHECK(tick_texts(wide) == texts{"10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s"});
    CHECK_THAT(wide.at(1e6), WithinAbs(40, 1e-9));
    CHECK_THAT(wide.at(0), WithinAbs(0, 1e-9));
    CHECK(tick_texts({fits, 50e3, 200e3, 0, 100, 4}).front() == "0 ns");
    CHECK(tick_texts({fits, 0, 200e3, 0, 100, 4}).front() == "0 ns"); // a logarithm has no 0
}

TEST_CASE("each further nine of a percentile axis takes the same room", "[axis]") {
    const axis_map map{{"", unit::percentile}, 0, 99.99, 0, 400, 5};
    CHECK(tick_texts(map) == texts{"50", "90", "99", "99.9", "99.99"});
    CHECK_THAT(map.at(90), WithinAbs(100, 1e-6));
    CHECK_THAT(map.at(99), WithinAbs(200, 1e-6));
    CHECK_THAT(map.at(99.9), WithinAbs(300, 1e-6));
    CHECK_THAT(map.at(100), WithinAbs(400, 1e-6));
}

TEST_CASE("an axis without values has a scale all the same", "[axis]") {
    CHECK(tick_texts({{"", unit::number}, 0, 0, 0, 100, 4}).size() >= 2);
    CHECK(tick_texts({{"", unit::number, scale::log}, 0, 0, 0, 100, 4}).size() >= 2);
    CHECK(tick_texts({{"", unit::number, scale::log}, 5, 5, 0, 100, 4}) == texts{"1", "10"});
}
