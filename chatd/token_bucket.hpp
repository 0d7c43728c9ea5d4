#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace chatd {

/// A bucket that holds up to `burst` tokens and gets `rate` new ones a second; a value of 16 bytes.
///
/// It never refuses: what happened is taken, if need be on credit, and the debt is paid before the
/// bucket is ready again.  So the caller stops asking for more (stops reading) until `ready_at`,
/// and a line that costs more than is left need not be put back.  It has no clock: all times are
/// the caller's, from any fixed start, 0 or later; a time before the last one counts as no time
/// passed.
class token_bucket {
public:
    /// Always ready.
    token_bucket() noexcept = default;
    /// A full bucket.  @param rate  tokens a second; 0: always ready.  @param burst  at least 1.
    token_bucket(std::uint32_t rate, std::uint32_t burst) noexcept : rate_(rate), burst_(burst) {}

    /// Takes `cost` tokens.  True if the bucket is ready for more.
    bool take(std::chrono::nanoseconds now, std::uint32_t cost) noexcept {
        if (rate_ == 0)
            return true;
        full_at_ = std::min(std::max(full_at_, now) + time_for(cost), now + longest_debt);
        return ready(now);
    }

    /// When so many tokens, 1 to `burst`, will be there; `now` if they are.
    [[nodiscard]] std::chrono::nanoseconds ready_at(std::chrono::nanoseconds now,
                                                    std::uint32_t tokens = 1) const noexcept {
        return rate_ == 0 ? now : std::max(now, full_at_ - time_for(burst_ - tokens));
    }

    [[nodiscard]] bool ready(std::chrono::nanoseconds now,
                             std::uint32_t tokens = 1) const noexcept {
        return ready_at(now, tokens) <= now;
    }

    /// Whether all tokens are there: the bucket is as good as new and can be forgotten.
    [[nodiscard]] bool full(std::chrono::nanoseconds now) const noexcept {
        return rate_ == 0 || full_at_ <= now;
    }

private:
    static constexpr std::chrono::nanoseconds longest_debt = std::chrono::hours{24 * 365};

    /// How long so many new tokens take.
    [[nodiscard]] std::chrono::nanoseconds time_for(std::uint32_t tokens) const noexcept {
        constexpr std::int64_t second = std::chrono::nanoseconds{std::chrono::seconds{1}}.count();
        return std::chrono::nanoseconds{tokens * second / rate_}; // below 2^32 * 10^9: no overflow
    }

    std::chrono::nanoseconds full_at_{0}; // when no token is missing
    std::uint32_t rate_ = 0;
    std::uint32_t burst_ = 1;
};

static_assert(sizeof(token_bucket) == 16, "every session has two");

} // namespace chatd
