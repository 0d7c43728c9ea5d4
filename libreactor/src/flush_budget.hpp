#pragma once

#include "system.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace reactor::detail {

/// What one iteration's flush may spend.
class flush_budget {
public:
    /// One `share`-th of what is left, in sends and in time; there may be none.
    class part {
    public:
        part(const flush_budget& whole, std::uint32_t share) noexcept
            : whole_(whole), sends_kept_(whole.sends_left_ - whole.sends_left_ / share) {
            const auto now = system::monotonic_now();
            end_ = now + (whole.end_ - now) / share;
        }
        [[nodiscard]] bool spent() const noexcept {
            return whole_.sends_left_ <= sends_kept_ || system::monotonic_now() >= end_;
        }

    private:
        const flush_budget& whole_;
        std::uint32_t sends_kept_;
        std::chrono::nanoseconds end_{};
    };

    flush_budget(std::uint32_t sends, std::chrono::nanoseconds time) noexcept
        : sends_left_(sends), end_(system::monotonic_now() + time) {}

    /// Counts a send of so many bytes, or the end of a channel's output (which may close it).  The
    /// clock is read only now and then, but the sooner the more the calls had to do.
    void count_call(std::size_t bytes = 0) noexcept {
        if (sends_left_ > 0)
            --sends_left_;
        since_look_ += as_much_as_a_call + bytes;
        if (since_look_ >= most_between_looks)
            look_at_clock();
    }
    [[nodiscard]] bool spent() const noexcept { return sends_left_ == 0; }

private:
    // In bytes: copying so many into a socket takes about as long as the call itself.
    static constexpr std::size_t as_much_as_a_call = 4096;
    static constexpr std::size_t most_between_looks = 16 * as_much_as_a_call;

    void look_at_clock() noexcept {
        since_look_ = 0;
        if (system::monotonic_now() >= end_)
            sends_left_ = 0;
    }

    std::uint32_t sends_left_;
    std::size_t since_look_ = 0;
    std::chrono::nanoseconds end_;
};

} // namespace reactor::detail
