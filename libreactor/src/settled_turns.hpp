#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace reactor::detail {

/// Turns of a stream's settled followers within a round.
///
/// While a crowd comes in and each newcomer is told to all, a round takes long, as each send
/// carries much.  Those who have settled need not wait for it: they stand first in the list, and
/// while a round goes on they are visited beside it, every `pace`.  What a follower gets so, its
/// turn in the round does not send again.
///
/// Settled is who was there when a round was done, half a second before a later one was done or
/// began: a crowd's rounds are not done until it is in, so it waits for itself.
class settled_turns {
public:
    /// No turn for more of the followers than one in so many: among many it would be a second
    /// round.
    static constexpr std::size_t least_crowd = 4;
    /// Nor more of what a flush may spend than one in so many: the round goes on all the while.
    static constexpr std::uint32_t share = 4;

    /// A round is done and nothing was published since it began: these followers were all visited.
    void round_done(std::size_t followers, std::chrono::nanoseconds now) noexcept {
        settle(now);
        newest_ = {followers, now};
    }
    /// A round begins, and all had all before.
    void round_begins(std::chrono::nanoseconds now) noexcept {
        settle(now);
        round_goes_on(now);
    }
    /// All were visited and the first follow again, and they are the settled: no turn goes on.
    void round_goes_on(std::chrono::nanoseconds now) noexcept {
        next_ = settled_;
        due_ = now + pace;
    }
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

    /// For when gaps in the list are closed, which no turn outlives: `place(n)` tells how many of
    /// the first n followers are left.
    template <class Place>
    void moved(const Place& place) noexcept {
        settled_ = next_ = place(settled_);
        older_.followers = place(older_.followers);
        newest_.followers = place(newest_.followers);
    }

private:
    static constexpr std::chrono::milliseconds settling_time{500};
    static constexpr std::chrono::milliseconds pace{20};

    /// The first so many in the list were there when a round was done.
    struct done_round {
        std::size_t followers = 0;
        std::chrono::nanoseconds at{0};

        [[nodiscard]] bool is_old(std::chrono::nanoseconds now) const noexcept {
            return now >= at + settling_time;
        }
    };

    void settle(std::chrono::nanoseconds now) noexcept {
        if (newest_.is_old(now)) // nothing was said for a while
            settled_ = newest_.followers;
        else if (older_.is_old(now))
            settled_ = older_.followers;
        else
            return;
        older_ = newest_;
    }

    std::size_t settled_ = 0; // the first ones in the list
    std::size_t next_ = 0;
    done_round older_; // waits until it is old; those who settle later are in the newest by then
    done_round newest_;
    std::chrono::nanoseconds due_{0};
};

} // namespace reactor::detail
