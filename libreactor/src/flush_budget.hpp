#pragma once

#include "system.hpp"

#include <chrono>
#include <cstdint>

namespace reactor::detail {

/// What one iteration's flush may spend.
class flush_budget {
public:
    flush_budget(std::uint32_t sends, std::chrono::nanoseconds time) noexcept
        : sends_left_(sends), end_(system::monotonic_now() + time) {}

    /// Counts a send, or the end of a channel's output (which may close it); the clock is read only
    /// now and then.
    void count_call() noexcept {
        if (sends_left_ > 0)
            --sends_left_;
        if (sends_left_ % sends_between_looks == 0 && system::monotonic_now() >= end_)
            sends_left_ = 0;
    }
    [[nodiscard]] std::uint32_t sends_left() const noexcept { return sends_left_; }
    [[nodiscard]] bool spent() const noexcept { return sends_left_ == 0; }

private:
    static constexpr std::uint32_t sends_between_looks = 16;

    std::uint32_t sends_left_;
    std::chrono::nanoseconds end_;
};

} // namespace reactor::detail
