#pragma once

#include "bench/chatload/send_times.hpp"
#include "bench/chatload/speakers.hpp"

#include <chrono>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace chatload {

/// Where a server gives nobody its own lines and every member of a room says some, nobody sees them
/// all; and some servers hand out the lines of each speaker by themselves.  Then there is no order
/// that one could be held to.  What can be told is kept here: whether the lines of each speaker
/// come to each member whole, once and in their order.
class speaker_orders {
public:
    struct outcome {
        std::chrono::nanoseconds sent{};
        std::uint32_t passed_over = 0; ///< Lines before it that have not come.
        bool doubled = false;          ///< It, or a later one, has come before.
    };

    /// The line number `sequence` of `said_by` has come to `who`.
    /// @param start  reads the speaker's times from the first line on.
    /// @param late   the first line that comes may be any.
    outcome take(std::uint32_t who, const speaker& said_by, const send_times::reader& start,
                 std::uint32_t sequence, bool late) {
        place& at = place_of(who, said_by, start);
        if (late && !at.begun)
            at.next = sequence;
        at.begun = true;
        if (sequence < at.next)
            return {{}, 0, true};
        const outcome made{at.times.at(sequence), sequence - at.next, false};
        at.next = sequence + 1;
        return made;
    }
    /// The next line of `said_by` that `who` should get.
    [[nodiscard]] std::uint32_t next(std::uint32_t who, const speaker& said_by) const {
        const auto found = places_.find(who);
        return found == places_.end() || found->second.size() <= said_by.place
                   ? 0
                   : found->second[said_by.place].next;
    }
    void forget(std::uint32_t who) { places_.erase(who); }

private:
    struct place {
        send_times::reader times;
        std::uint32_t next = 0;
        bool begun = false;
    };

    place& place_of(std::uint32_t who, const speaker& said_by, const send_times::reader& start) {
        auto& all = places_[who];
        if (all.size() <= said_by.place)
            all.resize(said_by.place + 1);
        place& found = all[said_by.place];
        if (!found.times)
            found.times = start;
        return found;
    }

    std::unordered_map<std::uint32_t, std::vector<place>> places_; // by member, then by speaker
};

} // namespace chatload
