#include "bench/measure/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace bench {

namespace {

std::chrono::nanoseconds as_duration(std::uint64_t ns) {
    return std::chrono::nanoseconds{static_cast<std::int64_t>(ns)};
}

} // namespace

void histogram::merge(const histogram& other) noexcept {
    for (std::size_t i = 0; i < buckets_.size(); ++i)
        buckets_[i] += other.buckets_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    max_ = std::max(max_, other.max_);
    min_ = std::min(min_, other.min_);
}

std::chrono::nanoseconds histogram::max() const noexcept { return as_duration(max_); }

std::chrono::nanoseconds histogram::min() const noexcept {
    return as_duration(count_ == 0 ? 0 : min_);
}

std::chrono::nanoseconds histogram::mean() const noexcept {
    return as_duration(count_ == 0 ? 0 : sum_ / count_);
}

std::chrono::nanoseconds histogram::percentile(double percent) const noexcept {
    if (count_ == 0)
        return {};
    const double wanted = std::ceil(percent / 100.0 * static_cast<double>(count_));
    const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count_);
    if (rank == count_)
        return max();
    std::uint64_t passed = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        passed += buckets_[i];
        if (passed >= rank)
            return as_duration(std::clamp(value_of(i), min_, max_));
    }
    return max();
}

histogram::content histogram::contents() const {
    content all{{}, min(), max(), as_duration(sum_)};
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        if (buckets_[i] > 0)
            all.buckets.push_back({as_duration(low_of(i)), buckets_[i]});
    }
    return all;
}

std::optional<histogram> histogram::restored(const content& from) {
    histogram made;
    for (const bucket& each : from.buckets) {
        const auto low = static_cast<std::uint64_t>(each.from.count());
        const std::size_t index = each.from.count() < 0 ? 0 : index_of(low);
        if (low_of(index) != low || each.count == 0 || made.buckets_[index] != 0)
            return {};
        made.buckets_[index] = each.count;
        made.count_ += each.count;
    }
    if (made.count_ == 0)
        return made;
    if (from.min.count() < 0 || from.max < from.min || from.sum.count() < 0)
        return {};
    made.min_ = static_cast<std::uint64_t>(from.min.count());
    made.max_ = static_cast<std::uint64_t>(from.max.count());
    made.sum_ = static_cast<std::uint64_t>(from.sum.count());
    if (made.buckets_[index_of(made.min_)] == 0 || made.buckets_[index_of(made.max_)] == 0)
        return {};
    return made;
}

} // namespace bench
