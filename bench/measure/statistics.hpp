#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace bench {

/// What repeated runs of one thing gave.
struct spread {
    double median = 0;
    double low = 0;
    double high = 0;
    std::size_t runs = 0; ///< 0: nothing was measured, and nothing else here means anything.

    /// The width of the range, as a share of the median; 0 when that is 0.
    [[nodiscard]] double relative() const noexcept;
};

/// Values that are not finite are left out.
[[nodiscard]] spread spread_of(std::span<const double> values);

/// What a statement about two sets of runs rests on.
enum class evidence {
    rank_test,  ///< Mann-Whitney: enough runs of both.
    ranges,     ///< Too few runs for that.
    within_run, ///< A single run of each, judged by how it went from second to second.
    nothing,    ///< One of the two has no figure.
};

/// The rule in one sentence, for the reader of a comparison.
[[nodiscard]] std::string_view rule_of(evidence by) noexcept;

/// Whether two measured things differ by more than their noise.
struct difference {
    double a = 0; ///< Medians.
    double b = 0;
    bool exceeds_noise = false;
    evidence by = evidence::nothing;

    [[nodiscard]] double ratio() const noexcept; ///< b / a; NaN where that has no meaning.
};

/// Compares repeated runs, at least one of each and more than one of either.
///
/// The rule is the exact two-sided Mann-Whitney test at 5 %: it assumes nothing of the
/// distribution, and one run that was disturbed cannot carry it.  Three runs against three cannot
/// reach 5 % however they fall, so with so few the two ranges have to lie further apart than the
/// wider of them is wide.  Either way the medians have to differ by more than 1 %: less is nobody's
/// concern, however sure it is.
[[nodiscard]] difference compare_runs(std::span<const double> a, std::span<const double> b);

/// A figure of a single run, with what it was in each second (any unit that is proportional to it).
struct single_run {
    double value = 0;
    std::span<const double> by_second; ///< Empty: not known.
};

/// Compares single runs.  Nothing is known of the noise between runs, only of that within each, so
/// the difference has to exceed three standard errors of the seconds' mean and, because runs differ
/// by more than their seconds do, 5 %.
[[nodiscard]] difference compare_single(const single_run& a, const single_run& b);

/// The probability that two sets of these sizes, drawn from one distribution, have a Mann-Whitney U
/// as far from its mean as this one, or farther.
/// @param u  of either set; ties count a half.
[[nodiscard]] double mann_whitney_p(double u, std::size_t a, std::size_t b);

} // namespace bench
