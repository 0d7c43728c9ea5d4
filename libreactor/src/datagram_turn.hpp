#pragma once

#include "slot_table.hpp"

#include <cstdint>

namespace reactor::detail {

/// What one channel has received of its budget.
struct datagram_turn {
    std::uint64_t iteration = 0;
    std::uint32_t index = no_slot;
    std::uint32_t taken = 0;
};

} // namespace reactor::detail
