#pragma once

#include "channel_extra.hpp"
#include "slot_table.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace reactor::detail {

/// Channels whose descriptor the poller refuses, as it does regular files and /dev/null, and that
/// want something now: each counts as ready for it at all times.  They take turns.
class always_ready {
public:
    /// Makes room for one more channel, whenever it may want something; throws std::bad_alloc.
    void admit() {
        if (members_.capacity() == admitted_)
            members_.reserve(std::max<std::size_t>(4, admitted_ * 2));
        ++admitted_;
    }
    /// The channel is gone.
    void dismiss(channel_extra& state) noexcept {
        remove(state);
        --admitted_;
    }
    /// An admitted channel wants something.
    void add(std::uint32_t index, channel_extra& state) noexcept {
        if (state.ready_place != no_slot)
            return;
        state.ready_place = static_cast<std::uint32_t>(members_.size());
        members_.push_back({index, &state});
    }
    /// It wants nothing any more.
    void remove(channel_extra& state) noexcept {
        if (state.ready_place == no_slot)
            return;
        members_.back().state->ready_place = state.ready_place;
        members_[state.ready_place] = members_.back();
        members_.pop_back();
        state.ready_place = no_slot;
    }

    [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }
    /// When the first of them is to be served: 0 unless all found nothing to do lately.
    [[nodiscard]] std::chrono::nanoseconds first() const noexcept {
        auto first = no_deadline;
        for (const member& m : members_) {
            first = std::min(first, m.state->ready_again);
            if (first.count() == 0)
                break;
        }
        return first;
    }
    /// Whose turn it is; no_slot when it is nobody's.
    [[nodiscard]] std::uint32_t next(std::chrono::nanoseconds now) noexcept {
        for (auto left = members_.size(); left > 0; --left) {
            if (cursor_ >= members_.size())
                cursor_ = 0;
            const member& m = members_[cursor_++];
            if (m.state->ready_again <= now)
                return m.index;
        }
        return no_slot;
    }

private:
    struct member {
        std::uint32_t index;
        channel_extra* state;
    };

    std::vector<member> members_; // room for all admitted
    std::size_t admitted_ = 0;
    std::size_t cursor_ = 0;
};

} // namespace reactor::detail
