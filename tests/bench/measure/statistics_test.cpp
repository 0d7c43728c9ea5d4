#include "bench/measure/statistics.hpp"

#include "support/catch.hpp"

#include <cmath>
#include <vector>

using bench::compare_runs;
using bench::compare_single;
using bench::evidence;
using values = std::vector<double>;
using Catch::Matchers::WithinAbs;

TEST_CASE("a spread is the median and the ends", "[statistics]") {
    const bench::spread odd = bench::spread_of(values{5, 1, 3});
    CHECK(odd.median == 3);
    CHECK(odd.low == 1);
    CHECK(odd.high == 5);
    CHECK(odd.runs == 3);
    CHECK_THAT(odd.relative(), WithinAbs(4.0 / 3, 1e-12));
    CHECK(bench::spread_of(values{4, 2}).median == 3);
}

TEST_CASE("a spread of nothing says so", "[statistics]") {
    CHECK(bench::spread_of(values{}).runs == 0);
    CHECK(bench::spread_of(values{NAN, INFINITY}).runs == 0);
    CHECK(bench::spread_of(values{}).relative() == 0);
}

TEST_CASE("the rank test has the probabilities of its tables", "[statistics]") {
    CHECK_THAT(bench::mann_whitney_p(0, 3, 3), WithinAbs(0.1, 1e-9));
    CHECK_THAT(bench::mann_whitney_p(0, 4, 4), WithinAbs(2.0 / 70, 1e-9));
    CHECK_THAT(bench::mann_whitney_p(25, 5, 5), WithinAbs(2.0 / 252, 1e-9));
    CHECK_THAT(bench::mann_whitney_p(2, 5, 5), WithinAbs(8.0 / 252, 1e-9));
    CHECK_THAT(bench::mann_whitney_p(12.5, 5, 5), WithinAbs(1, 1e-9));
    CHECK_THAT(bench::mann_whitney_p(1e4 / 2, 100, 100), WithinAbs(1, 1e-9));
    CHECK(bench::mann_whitney_p(4000, 100, 100) < 0.02);
}

TEST_CASE("five runs against five are judged by their ranks", "[statistics]") {
    const auto apart = compare_runs(values{10, 11, 12, 13, 14}, values{15, 16, 17, 18, 99});
    CHECK(apart.by == evidence::rank_test);
    CHECK(apart.exceeds_noise);
    CHECK_THAT(apart.ratio(), WithinAbs(17.0 / 12, 1e-12));

    const auto mixed = compare_runs(values{10, 12, 14, 16, 18}, values{11, 13, 15, 17, 19});
    CHECK(mixed.by == evidence::rank_test);
    CHECK_FALSE(mixed.exceeds_noise);
    CHECK_FALSE(compare_runs(values{5, 5, 5, 5}, values{5, 5, 5, 5}).exceeds_noise);
}

TEST_CASE("one disturbed run hides no difference from five", "[statistics]") {
    CHECK(compare_runs(values{10, 11, 12, 13, 30}, values{20, 21, 22, 23, 24}).exceeds_noise ==
          false); // four of five above it, one below: 5 % is not reached
    CHECK(compare_runs(values{10, 11, 12, 13, 21.5, 12}, values{20, 21, 22, 23, 24, 22})
              .exceeds_noise);
}

TEST_CASE("three runs against three have to lie far apart", "[statistics]") {
    const auto near = compare_runs(values{10, 11, 12}, values{13, 14, 15});
    CHECK(near.by == evidence::ranges);
    CHECK_FALSE(near.exceeds_noise);
    CHECK(compare_runs(values{10, 11, 12}, values{15, 16, 17}).exceeds_noise);
    CHECK(compare_runs(values{15, 16, 17}, values{10, 11, 12}).exceeds_noise);
    CHECK_FALSE(compare_runs(values{10}, values{10, 10}).exceeds_noise);
}

TEST_CASE("less than one percent is no difference however sure it is", "[statistics]") {
    CHECK_FALSE(
        compare_runs(values{1000, 1001, 1002, 1003, 1004}, values{1006, 1007, 1008, 1009, 1010})
            .exceeds_noise);
    CHECK_FALSE(compare_runs(values{1000}, values{1005, 1005}).exceeds_noise);
    CHECK_FALSE(compare_runs(values{0, 0, 0, 0}, values{0, 0, 0, 0}).exceeds_noise);
}

TEST_CASE("single runs are judged by their seconds", "[statistics]") {
    const values calm = {100, 101, 99, 100, 100, 101, 99, 100};
    const values wild = {20, 300, 50, 10, 150, 90, 120, 60};
    const auto clear = compare_single({100, calm}, {110, calm});
    CHECK(clear.by == evidence::within_run);
    CHECK(clear.exceeds_noise);
    CHECK_FALSE(compare_single({100, wild}, {110, wild}).exceeds_noise);
    CHECK_FALSE(compare_single({100, calm}, {104, calm}).exceeds_noise); // runs differ that much
    CHECK(compare_single({100, {}}, {120, {}}).exceeds_noise);
}

TEST_CASE("what was not measured on both sides is not compared", "[statistics]") {
    CHECK(compare_runs(values{}, values{1, 2}).by == evidence::nothing);
    CHECK(compare_single({NAN, {}}, {1, {}}).by == evidence::nothing);
    CHECK_FALSE(compare_single({NAN, {}}, {1, {}}).exceeds_noise);
    CHECK(std::isnan(compare_runs(values{}, values{}).ratio()));
}

TEST_CASE("every kind of evidence says its rule", "[statistics]") {
    for (const auto by :
         {evidence::rank_test, evidence::ranges, evidence::within_run, evidence::nothing})
        CHECK_FALSE(bench::rule_of(by).empty());
}
