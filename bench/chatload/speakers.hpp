#pragma once

#include "bench/chatload/line_format.hpp"
#include "bench/chatload/protocols/protocol.hpp"
#include "bench/chatload/send_times.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace chatload {

/// A client that says lines, as every thread knows it.
struct speaker {
    std::uint32_t number = 0; ///< Its name's.
    std::uint32_t room = 0;
    std::uint32_t place = 0;      ///< Among the speakers of its room.
    std::uint32_t load = 0;       ///< Its place in the plan.
    std::uint32_t counted_by = 0; ///< The thread that counts its lines when they come.
    framing said;                 ///< Around a line on its way to the server; its own thread only.
    framing delivered;            ///< Around a line that comes; set before the first is said.
    send_times times;
    std::atomic<bool> gone{false}; ///< Its connection failed: what it said last may never come.
};

/// All speakers of a run, by number.  Finding one is for any thread, and takes no lock.
class speakers {
public:
    /// @param rooms  that there are.
    explicit speakers(std::uint32_t rooms);

    /// Adds one before the threads start.
    speaker& add(std::uint32_t number, std::uint32_t room, std::uint32_t load,
                 std::uint32_t counted_by);
    /// Adds one, with the next free number, while they run.  Any thread; null when there are no
    /// numbers left.
    speaker* add_visitor(std::uint32_t room, std::uint32_t load, std::uint32_t counted_by);
    /// Numbers from here on are visitors'.
    void start_visitors_at(std::uint32_t number) noexcept {
        first_visitor_ = number;
        next_visitor_ = number;
    }

    /// Null when nobody has that number.
    [[nodiscard]] speaker* find(std::uint32_t number) const noexcept {
        return number < by_number_.size() ? by_number_[number].load(std::memory_order_acquire)
                                          : nullptr;
    }
    /// Calls `visit(speaker&)` for each one of `room`.
    template <class F>
    void for_each_of(std::uint32_t room, F&& visit) const {
        for (speaker* one : of_room_[room])
            visit(*one);
        const std::uint32_t end = next_visitor_.load(std::memory_order_acquire);
        for (std::uint32_t number = first_visitor_; number < end; ++number) {
            if (speaker* one = find(number); one != nullptr && one->room == room)
                visit(*one);
        }
    }
    /// Those of `room` that were there before the threads started.
    [[nodiscard]] const std::vector<speaker*>& of_room(std::uint32_t room) const noexcept {
        return of_room_[room];
    }

private:
    speaker& keep(std::uint32_t number, std::uint32_t room, std::uint32_t load,
                  std::uint32_t counted_by);

    std::vector<std::atomic<speaker*>> by_number_;
    std::vector<std::vector<speaker*>> of_room_; // but visitors
    std::uint32_t first_visitor_ = 0;
    std::atomic<std::uint32_t> next_visitor_{0};
    std::mutex mutex_; // of what follows
    std::vector<std::unique_ptr<speaker>> all_;
};

} // namespace chatload
