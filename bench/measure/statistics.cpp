#include "bench/measure/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace bench {

namespace {

constexpr double significance = 0.05;
constexpr double least_between_runs = 0.01;
constexpr double least_between_single_runs = 0.05;
constexpr double standard_errors = 3;

/// Whether two values are further apart than this share of the greater.
bool apart(double a, double b, double share) {
    return std::abs(a - b) > share * std::max(std::abs(a), std::abs(b));
}

std::vector<double> sorted_finite(std::span<const double> values) {
    std::vector<double> sorted;
    std::copy_if(values.begin(), values.end(), std::back_inserter(sorted),
                 [](double value) { return std::isfinite(value); });
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

/// How many of the pairs (one of each set) have the greater value in `a`; ties count a half.
double pairs_won(const std::vector<double>& a, const std::vector<double>& b) {
    double won = 0;
    for (const double left : a)
        for (const double right : b)
            won += left > right ? 1.0 : left == right ? 0.5 : 0.0;
    return won;
}

/// In how many ways `chosen` of `all` ranks give each U from 0 to chosen * (all - chosen).
std::vector<double> ways_by_u(std::size_t chosen, std::size_t all) {
    const std::size_t top = chosen * (all - chosen);
    // ways[k][u]: of the ranks so far, k are chosen.  The r-th rank, chosen as the k-th, passes
    // r - k that are not.
    std::vector<std::vector<double>> ways(chosen + 1, std::vector<double>(top + 1, 0.0));
    ways[0][0] = 1;
    for (std::size_t rank = 1; rank <= all; ++rank)
        for (std::size_t k = std::min(rank, chosen); k >= 1; --k)
            for (std::size_t u = rank - k; u <= top; ++u)
                ways[k][u] += ways[k - 1][u - (rank - k)];
    return ways[chosen];
}

double normal_p(double distance, std::size_t a, std::size_t b) {
    const auto n = static_cast<double>(a);
    const auto m = static_cast<double>(b);
    const double deviation = std::sqrt(n * m * (n + m + 1) / 12);
    return std::erfc(std::max(0.0, distance - 0.5) / deviation / std::sqrt(2.0));
}

/// Of the mean of the seconds, as a share of that mean.
double relative_standard_error(std::span<const double> by_second) {
    const std::vector<double> values = sorted_finite(by_second);
    if (values.size() < 2)
        return 0;
    const auto count = static_cast<double>(values.size());
    double sum = 0;
    for (const double value : values)
        sum += value;
    const double mean = sum / count;
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    return mean == 0 ? 0 : std::sqrt(squares / (count - 1) / count) / std::abs(mean);
}

} // namespace

double spread::relative() const noexcept {
    return median == 0 ? 0 : (high - low) / std::abs(median);
}

spread spread_of(std::span<const double> values) {
    const std::vector<double> sorted = sorted_finite(values);
    if (sorted.empty())
        return {};
    const std::size_t half = sorted.size() / 2;
    const double median =
        sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return {median, sorted.front(), sorted.back(), sorted.size()};
}

double difference::ratio() const noexcept {
    return a == 0 ? std::numeric_limits<double>::quiet_NaN() : b / a;
}

std::string_view rule_of(evidence by) noexcept {
    switch (by) {
    case evidence::rank_test:
        return "repeated runs: the exact two-sided Mann-Whitney test at 5 %, and the "
               "medians differ by more than 1 %";
    case evidence::ranges:
        return "few runs: the ranges lie further apart than the wider of them is wide, and "
               "the medians differ by more than 1 %";
    case evidence::within_run:
        return "single runs: noise is estimated from the seconds of each run; more than three "
               "standard errors and more than 5 %";
    case evidence::nothing:
        break;
    }
    return "not measured on both sides";
}

double mann_whitney_p(double u, std::size_t a, std::size_t b) {
    const double middle = static_cast<double>(a * b) / 2;
    const double distance = std::abs(u - middle);
    constexpr std::size_t exact_up_to = 60;
    if (a + b > exact_up_to)
        return normal_p(distance, a, b);
    double as_far = 0;
    double all = 0;
    const std::vector<double> ways = ways_by_u(a, a + b);
    for (std::size_t i = 0; i < ways.size(); ++i) {
        all += ways[i];
        if (std::abs(static_cast<double>(i) - middle) >= distance)
            as_far += ways[i];
    }
    return as_far / all;
}

difference compare_runs(std::span<const double> a, std::span<const double> b) {
    const std::vector<double> left = sorted_finite(a);
    const std::vector<double> right = sorted_finite(b);
    const spread of_a = spread_of(left);
    const spread of_b = spread_of(right);
    if (of_a.runs == 0 || of_b.runs == 0)
        return {};
    difference result{of_a.median, of_b.median};
    if (mann_whitney_p(0, left.size(), right.size()) <= significance) {
        result.by = evidence::rank_test;
        result.exceeds_noise =
            mann_whitney_p(pairs_won(left, right), left.size(), right.size()) <= significance;
    } else {
        result.by = evidence::ranges;
        const double gap = std::max(of_a.low - of_b.high, of_b.low - of_a.high);
        result.exceeds_noise =
            gap > 0 && gap > std::max(of_a.high - of_a.low, of_b.high - of_b.low);
    }
    result.exceeds_noise =
        result.exceeds_noise && apart(of_a.median, of_b.median, least_between_runs);
    return result;
}

difference compare_single(const single_run& a, const single_run& b) {
    if (!std::isfinite(a.value) || !std::isfinite(b.value))
        return {};
    const double error = std::hypot(a.value * relative_standard_error(a.by_second),
                                    b.value * relative_standard_error(b.by_second));
    return {a.value, b.value,
            std::abs(a.value - b.value) > standard_errors * error &&
                apart(a.value, b.value, least_between_single_runs),
            evidence::within_run};
}

} // namespace bench
