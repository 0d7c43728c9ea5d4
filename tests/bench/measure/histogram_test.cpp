#include "bench/measure/histogram.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

using bench::histogram;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

double relative_error(nanoseconds found, nanoseconds right) {
    return std::abs(static_cast<double>((found - right).count())) /
           static_cast<double>(right.count());
}

} // namespace

TEST_CASE("an empty histogram gives zeros", "[histogram]") {
    const histogram none;
    CHECK(none.count() == 0);
    CHECK(none.min() == 0ns);
    CHECK(none.max() == 0ns);
    CHECK(none.mean() == 0ns);
    CHECK(none.percentile(50) == 0ns);
}

TEST_CASE("a histogram tells every duration from 1 us to 1 h within one percent", "[histogram]") {
    for (double value = 1e3; value <= 3600e9; value *= 1.0037) {
        histogram times;
        const nanoseconds recorded{std::llround(value)};
        times.record(recorded);
        times.record(2h); // so that neither percentile is the exact maximum or the minimum
        times.record(0ns);
        INFO(recorded.count());
        REQUIRE(relative_error(times.percentile(50), recorded) <= 0.01);
    }
}

TEST_CASE("a histogram is exact below 128 ns and at its ends", "[histogram]") {
    histogram times;
    for (int i = 0; i < 128; ++i)
        times.record(nanoseconds{i});
    times.record(123456789ns);
    CHECK(times.percentile(100.0 * 64 / 129) == 63ns);
    CHECK(times.min() == 0ns);
    CHECK(times.max() == 123456789ns);
    CHECK(times.percentile(100) == 123456789ns);
}

TEST_CASE("a histogram counts what is out of range at its ends", "[histogram]") {
    histogram times;
    times.record(-5ns);
    times.record(30h);
    CHECK(times.count() == 2);
    CHECK(times.percentile(50) == 0ns);
    CHECK(times.max() == 30h);
}

TEST_CASE("percentiles agree with those of the sorted values", "[histogram]") {
    std::mt19937_64 random(42);
    std::lognormal_distribution<double> spread(12, 2);
    std::vector<nanoseconds> all;
    const auto times = std::make_unique<histogram>();
    for (int i = 0; i < 20000; ++i) {
        all.emplace_back(std::llround(spread(random)) + 1);
        times->record(all.back());
    }
    std::sort(all.begin(), all.end());
    for (const double percent : {1.0, 50.0, 90.0, 99.0, 99.9}) {
        const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * 20000)) - 1;
        INFO(percent);
        CHECK(relative_error(times->percentile(percent), all[rank]) <= 0.01);
    }
    CHECK(times->percentile(100) == all.back());
}

TEST_CASE("merging two histograms counts both", "[histogram]") {
    histogram a;
    histogram b;
    a.record(10ns);
    b.record(30ns);
    b.record(50ns);
    a.merge(b);
    CHECK(a.count() == 3);
    CHECK(a.min() == 10ns);
    CHECK(a.percentile(50) == 30ns);
    CHECK(a.max() == 50ns);
    CHECK(a.mean() == 30ns);
}

TEST_CASE("a histogram is restored from its contents", "[histogram]") {
    std::mt19937_64 random(7);
    std::lognormal_distribution<double> spread(12, 4);
    const auto times = std::make_unique<histogram>();
    for (int i = 0; i < 2000; ++i)
        times->record(nanoseconds{std::llround(spread(random))});
    times->record(30h);
    const auto restored = histogram::restored(times->contents());
    REQUIRE(restored.has_value());
    CHECK(*restored == *times);
    CHECK(restored->percentile(99) == times->percentile(99));
    CHECK(histogram::restored(histogram{}.contents()) == histogram{});
}

TEST_CASE("contents that no histogram has restore none", "[histogram]") {
    CHECK_FALSE(histogram::restored({{{1001ns, 1}}, 1001ns, 1001ns, 1001ns})); // no bucket's begin
    CHECK_FALSE(histogram::restored({{{-1ns, 1}}, 0ns, 0ns, 0ns}));
    CHECK_FALSE(histogram::restored({{{5ns, 0}}, 5ns, 5ns, 5ns}));
    CHECK_FALSE(histogram::restored({{{5ns, 1}, {5ns, 1}}, 5ns, 5ns, 10ns}));
    CHECK_FALSE(histogram::restored({{{5ns, 2}}, 5ns, 4ns, 10ns}));
    CHECK_FALSE(histogram::restored({{{5ns, 2}}, 3ns, 5ns, 10ns})); // nothing counted the 3
}
