#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace chatd {

/// How fast buckets fill, and how much they hold; one serves many buckets.
struct token_rate {
    std::uint32_t a_second = 0; ///< New tokens a second; 0: buckets are always ready.
    std::uint32_t burst = 1;    ///< Tokens that a full bucket holds, at least 1.

    /// How long so many new tokens take; not for a rate of 0.
    [[nodiscard]] constexpr std::chrono::nanoseconds time_for(std::uint32_t tokens) const noexcept {
        constexpr std::int64_t second = std::chrono::nanoseconds{std::chrono::seconds{1}}.count();
        return std::chrono::nanoseconds{tokens * second / a_second}; // below 2^32 * 10^9
    }
};

/// A bucket of tokens; a value of 8 bytes, full at first.
///
/// It never refuses: what happened is taken, if need be on credit, and the debt is paid before the
/// bucket is ready again.  So the caller stops asking for more (stops reading) until `ready_at`,
/// and a line that costs more than is left need not be put back.  It has neither a clock nor a
/// rate: both are the caller's, the times from any fixed start, 0 or later; a time before the last
/// one counts as no time passed, and another rate holds for what was taken before as well.
class token_bucket {
public:
    /// Takes `cost` tokens.  True if the bucket is ready for more.
    bool take(token_rate rate, std::chrono::nanoseconds now, std::uint32_t cost) noexcept {
        if (rate.a_second == 0)
            return true;
        full_at_ = std::min(std::max(full_at_, now) + rate.time_for(cost), now + longest_debt);
        return ready(rate, now);
    }

    /// When so many tokens, 1 to `burst`, will be there; `now` if they are.
    [[nodiscard]] std::chrono::nanoseconds ready_at(token_rate rate, std::chrono::nanoseconds now,
                                                    std::uint32_t tokens = 1) const noexcept {
        return rate.a_second == 0 ? now
                                  : std::max(now, full_at_ - rate.time_for(rate.burst - tokens));
    }

    [[nodiscard]] bool ready(token_rate rate, std::chrono::nanoseconds now,
                             std::uint32_t tokens = 1) const noexcept {
        return ready_at(rate, now, tokens) <= now;
    }

    /// From now on the rate is another: what is missing stays missing, and comes back by the new
    /// one.
    void change_rate(token_rate before, token_rate after, std::chrono::nanoseconds now) noexcept {
        if (full_at_ <= now || before.a_second == after.a_second)
            return;
        if (before.a_second == 0 || after.a_second == 0) {
            full_at_ = {};
            return;
        }
        const double wait =
            static_cast<double>((full_at_ - now).count()) * before.a_second / after.a_second;
        const auto most = static_cast<double>(longest_debt.count());
        full_at_ = now + std::chrono::nanoseconds{static_cast<std::int64_t>(std::min(wait, most))};
    }

    /// Whether all tokens are there: the bucket is as good as new and can be forgotten.
    [[nodiscard]] bool full(std::chrono::nanoseconds now) const noexcept { return full_at_ <= now; }

    /// How long until all tokens are there, which holds on any clock; 0 or more.
    [[nodiscard]] std::chrono::nanoseconds debt(std::chrono::nanoseconds now) const noexcept {
        return std::max(full_at_ - now, std::chrono::nanoseconds{0});
    }
    /// A bucket with this debt, of at most `longest_debt`.
    [[nodiscard]] static token_bucket owing(std::chrono::nanoseconds debt,
                                            std::chrono::nanoseconds now) noexcept {
        token_bucket made;
        made.full_at_ = now + std::clamp(debt, std::chrono::nanoseconds{0}, longest_debt);
        return made;
    }

private:
    static constexpr std::chrono::nanoseconds longest_debt = std::chrono::hours{24 * 365};

    std::chrono::nanoseconds full_at_{0}; // when no token is missing
};

static_assert(sizeof(token_bucket) == 8, "every session has two");

} // namespace chatd
