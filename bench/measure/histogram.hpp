#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace bench {

/// Counts durations in buckets that are never wider than 1/128 of what they hold, so that a
/// percentile is wrong by less than 1 % from 128 ns to an hour (and by nothing below).  Recording
/// is one increment; the memory is fixed.
class histogram {
public:
    /// The longest duration told apart; longer ones count as this one, but `max` stays exact.
    static constexpr std::chrono::nanoseconds limit = std::chrono::hours{1};

    /// Counts `value`; negative ones count as 0.
    void record(std::chrono::nanoseconds value) noexcept {
        const std::uint64_t ns = value.count() < 0 ? 0 : static_cast<std::uint64_t>(value.count());
        ++buckets_[index_of(ns)];
        ++count_;
        sum_ += ns;
        max_ = ns > max_ ? ns : max_;
        min_ = ns < min_ ? ns : min_;
    }
    /// Adds what `other` has counted.
    void merge(const histogram& other) noexcept;

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    /// The longest and the shortest one recorded, exactly; 0 when there is none.
    [[nodiscard]] std::chrono::nanoseconds max() const noexcept;
    [[nodiscard]] std::chrono::nanoseconds min() const noexcept;
    [[nodiscard]] std::chrono::nanoseconds mean() const noexcept;
    /// The duration that `percent` (0 to 100) of those recorded do not exceed; 0 when there is
    /// none.
    [[nodiscard]] std::chrono::nanoseconds percentile(double percent) const noexcept;

    /// What a bucket has counted, and the shortest duration that it counts.
    struct bucket {
        std::chrono::nanoseconds from{};
        std::uint64_t count = 0;
    };
    /// All that a histogram holds; another one can be made of it.
    struct content {
        std::vector<bucket> buckets; ///< Those that have counted, the shortest first.
        std::chrono::nanoseconds min{};
        std::chrono::nanoseconds max{};
        std::chrono::nanoseconds sum{};
    };
    [[nodiscard]] content contents() const;
    /// The histogram that has these contents; empty when none can have them.
    [[nodiscard]] static std::optional<histogram> restored(const content& from);

    [[nodiscard]] bool operator==(const histogram&) const = default;

private:
    static constexpr unsigned sub_bits = 7;
    static constexpr std::uint64_t sub_count = 1U << sub_bits;
    static constexpr std::uint64_t top = static_cast<std::uint64_t>(limit.count());

    /// Values below 128 have a bucket each; each further doubling is cut into 128.
    [[nodiscard]] static constexpr std::size_t index_of(std::uint64_t ns) noexcept {
        ns = ns < top ? ns : top;
        const unsigned width = static_cast<unsigned>(std::bit_width(ns));
        if (width <= sub_bits)
            return ns;
        const unsigned shift = width - 1 - sub_bits;
        return (std::size_t{shift} << sub_bits) + (ns >> shift);
    }
    /// How far the values of a bucket are shifted to lose what it does not tell apart.
    [[nodiscard]] static constexpr std::size_t shift_of(std::size_t index) noexcept {
        return index < sub_count ? 0 : (index >> sub_bits) - 1;
    }
    /// The least value of a bucket.
    [[nodiscard]] static constexpr std::uint64_t low_of(std::size_t index) noexcept {
        if (index < sub_count)
            return index;
        return (sub_count + (index & (sub_count - 1))) << shift_of(index);
    }
    /// The middle of a bucket.
    [[nodiscard]] static constexpr std::uint64_t value_of(std::size_t index) noexcept {
        return low_of(index) + ((std::uint64_t{1} << shift_of(index)) >> 1);
    }

    static constexpr std::size_t top_width = 42;
    static_assert(std::bit_width(top) == top_width);
    std::array<std::uint64_t, (top_width - sub_bits + 1) * sub_count> buckets_{};
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t max_ = 0;
    std::uint64_t min_ = UINT64_MAX;
};

} // namespace bench
