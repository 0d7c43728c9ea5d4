#pragma once

#include "slot_table.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace reactor::detail {

/// Which open channel of the loop has which descriptor number, so that none gets two.
class descriptor_owners {
public:
    /// no_slot for a number that no channel has.
    [[nodiscard]] std::uint32_t find(int fd) const noexcept {
        const auto number = static_cast<std::size_t>(fd);
        return number < owners_.size() ? owners_[number] : no_slot;
    }
    /// Throws std::bad_alloc, and then has changed nothing.
    void assign(int fd, std::uint32_t index) {
        const auto number = static_cast<std::size_t>(fd);
        if (number >= owners_.size())
            owners_.resize(number + 1, no_slot);
        owners_[number] = index;
    }
    void release(int fd) noexcept {
        if (find(fd) != no_slot)
            owners_[static_cast<std::size_t>(fd)] = no_slot;
    }

private:
    std::vector<std::uint32_t> owners_; // by number
};

} // namespace reactor::detail
