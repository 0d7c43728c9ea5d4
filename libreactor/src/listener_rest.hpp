#pragma once

#include "slot_table.hpp"

#include <reactor/unique_fd.hpp>

#include <chrono>
#include <cstdint>
#include <vector>

namespace reactor::detail {

/// Listeners that met a limit and rest for a while, and the descriptor kept in reserve for that
/// moment.
///
/// A listener at the descriptor limit stays readable, so asking again at once would spin.  It rests
/// 50 ms, then twice as long each time up to 1 s, or until one of our own descriptors closes.  With
/// the reserve descriptor the longest-waiting connection is taken and closed, so that its peer
/// learns of it.
class listener_rest {
public:
    explicit listener_rest(slot_table& slots) noexcept : slots_(slots) {}

    /// Opens the reserve descriptor unless it is there.
    void keep_reserve() noexcept;
    /// Takes and closes the head of the listener's queue with the help of the reserve.
    void shed_one(int listener) noexcept;

    /// Starts a rest; true when it is the first of an episode.
    bool rest(std::uint32_t index, std::chrono::nanoseconds now);
    /// The listener accepted again: its episode is over.
    void recovered(std::uint32_t index) noexcept;
    /// One of our descriptors was closed: rests end now.
    void descriptor_freed() noexcept;
    [[nodiscard]] std::chrono::nanoseconds first() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return episodes_.empty(); }

    /// Ends the rests that are due; calls `wake(index)` for each listener.
    template <class Wake>
    void end_due(std::chrono::nanoseconds now, Wake wake) {
        drop_closed();
        for (episode& e : episodes_) {
            if (!e.resting || e.until > now)
                continue;
            e.resting = false;
            slots_[e.index].clear(flag::resting);
            wake(e.index);
        }
    }

private:
    struct episode {
        std::uint32_t index;
        std::uint32_t generation;
        std::chrono::nanoseconds until;
        std::chrono::nanoseconds pause;
        bool resting;
    };

    void drop_closed() noexcept;
    [[nodiscard]] episode* find(std::uint32_t index) noexcept;

    slot_table& slots_;
    unique_fd reserve_;
    std::vector<episode> episodes_;
};

} // namespace reactor::detail
