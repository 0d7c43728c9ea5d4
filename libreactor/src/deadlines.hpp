#pragma once

#include "indexed_heap.hpp"
#include "slot_table.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace reactor::detail {

/// One lazy entry per channel: never later than the channel's earliest deadline, often earlier.
/// When an entry comes due its channel is asked; moving a deadline back costs nothing here.
class deadlines {
public:
    explicit deadlines(slot_table& slots) : slots_(slots), heap_(record{slots}) {}

    /// Makes room for `channels` entries, so that `expect` never allocates.
    void reserve(std::size_t channels) { heap_.reserve(channels); }
    /// Makes sure that the channel is asked at `time` at the latest.
    void expect(std::uint32_t index, std::chrono::nanoseconds time);
    void forget(std::uint32_t index) noexcept;
    [[nodiscard]] std::chrono::nanoseconds first() const noexcept {
        return heap_.empty() ? no_deadline : heap_.first().time;
    }
    /// The channel whose entry is due at `now`, its entry removed; no_slot when there is none.
    [[nodiscard]] std::uint32_t take_due(std::chrono::nanoseconds now) noexcept;

private:
    struct entry {
        std::chrono::nanoseconds time;
        std::uint32_t index;
        [[nodiscard]] bool before(const entry& other) const noexcept { return time < other.time; }
    };
    struct record {
        slot_table& slots;
        void operator()(const entry& e, std::uint32_t place) const noexcept {
            slots[e.index].deadline_place = place;
        }
    };

    slot_table& slots_;
    indexed_heap<entry, record> heap_;
};

} // namespace reactor::detail
