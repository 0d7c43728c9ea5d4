#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace reactor::detail {

/// Turns of a stream's settled followers within a round.
///
/// While a crowd comes in and each newcomer is told to all, a round takes long, as each send
/// carries much.  Those who were there before and had all need not wait for it: they stand first in
/// the list, and when a round goes on for longer than `pace`, they are visited once beside it. What
/// a follower gets so, its turn in the round does not send again.
class settled_turns {
public:
    /// No turn for more of the followers than one in so many: among many it would be a second
    /// round.
    static constexpr std::size_t least_crowd = 4;
    /// Nor more of what a flush may spend than one in so many: the round goes on all the while.
    static constexpr std::uint32_t share = 4;

    /// All have all, which ends a turn; who has been there for long enough has settled.
    void all_have_all(std::size_t followers, std::chrono::nanoseconds now) noexcept {
        if (now >= settle_at_) {
            settled_ = settling_;
            settling_ = followers;
            settle_at_ = now + settling_time;
        }
        next_ = settled_;
    }
    /// A round begins, and the settled are the first in it.
    void round_begins(std::chrono::nanoseconds now) noexcept { due_ = now + pace; }
    /// Begins a turn within a round when one is due.
    void look(std::size_t followers, std::chrono::nanoseconds now) noexcept {
        if (pending() || now < due_ || settled_ > followers / least_crowd)
            return;
        next_ = 0;
        due_ = now + pace;
    }
    /// Whether a turn goes on.
    [[nodiscard]] bool pending() const noexcept { return next_ < settled_; }
    /// Whom it visits next; while one is pending.
    [[nodiscard]] std::size_t take() noexcept { return next_++; }

    /// For when gaps in the list are closed, which no turn outlives: how many of the first ones
    /// have settled or are about to.
    [[nodiscard]] std::size_t settled() const noexcept { return settled_; }
    [[nodiscard]] std::size_t settling() const noexcept { return settling_; }
    void moved(std::size_t settled, std::size_t settling) noexcept {
        settled_ = next_ = settled;
        settling_ = settling;
    }

private:
    static constexpr std::chrono::milliseconds settling_time{500};
    static constexpr std::chrono::milliseconds pace{20};

    std::size_t settled_ = 0;  // the first ones in the list
    std::size_t settling_ = 0; // as many will have settled when all have all after `settle_at_`
    std::size_t next_ = 0;
    std::chrono::nanoseconds settle_at_{0};
    std::chrono::nanoseconds due_{0};
};

} // namespace reactor::detail
