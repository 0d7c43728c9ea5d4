#pragma once

#include "bench/chatload/plan.hpp"
#include "bench/chatload/protocols/protocol.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace chatload {

inline constexpr std::uint32_t no_room = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint32_t no_number = std::numeric_limits<std::uint32_t>::max();

/// What one client of a run does.
struct role {
    std::uint32_t load = 0;           ///< Its place in the plan.
    std::uint32_t number = no_number; ///< Its name's; none: it is only greeted.
    std::uint32_t room = no_room;     ///< None: it is alone in one of its own.
    std::uint32_t thread = 0;
    bool late = false;    ///< Comes when measuring has begun.
    bool sender = false;  ///< Says lines.
    bool stalls = false;  ///< Stops reading.
    bool sampled = false; ///< Its times stand for those of all others.
};

/// One room of a run.
struct room_cast {
    std::uint64_t early = 0; ///< Members before the first line.
    std::uint64_t late = 0;  ///< That come later and stay.
    std::uint64_t deaf = 0;  ///< Of the early ones: that do not read when the late ones come.
    bool visited = false;    ///< Others come and go.
};

/// Who does what in which room and thread: all of a run but visitors, who have no part before they
/// come.
struct cast {
    std::vector<role> roles; ///< In the order in which they connect.
    std::vector<room_cast> rooms;
    std::vector<std::uint32_t> room_of_load; ///< The first one; `no_room` for a load without.
    std::vector<std::uint32_t> churn_thread; ///< By load: where its visitors are.
    std::uint32_t names = 0;                 ///< Numbers given out.

    /// Notices of entering that lasting clients are to get of each other, before the first line and
    /// before measuring ends.
    [[nodiscard]] std::uint64_t early_joins() const noexcept;
    [[nodiscard]] std::uint64_t all_joins() const noexcept;
};

[[nodiscard]] cast make_cast(const plan& asked, const protocol_traits& traits);

} // namespace chatload
