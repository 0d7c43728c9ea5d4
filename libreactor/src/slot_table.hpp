#pragma once

#include <reactor/fwd.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <system_error>
#include <vector>

namespace reactor::detail {

inline constexpr std::uint32_t no_slot = 0xffffffffU;
inline constexpr std::chrono::nanoseconds no_deadline = std::chrono::nanoseconds::max();

/// State bits of a channel; a slot's `flags` is a set of them.
namespace flag {
enum bits : std::uint32_t {
    open = 1U << 0,
    connected = 1U << 1,
    connecting = 1U << 2,
    accepting = 1U << 3,
    paused = 1U << 4,      ///< by pause_reading
    input_ended = 1U << 5, ///< the peer's end was seen
    eof_pending = 1U << 6, ///< ... and handle_eof is still to come
    ending = 1U << 7,      ///< close_when_done was called
    lingering = 1U << 8,   ///< ... output is gone, input is discarded until the peer's end
    blocked = 1U << 9,     ///< the kernel took no more output
    queued = 1U << 10,     ///< the channel's own output queue is not empty
    resting = 1U << 11,    ///< a listener at a limit
    ask_always = 1U << 12,
    in_set = 1U << 13,     ///< the kernel knows the descriptor
    armed_read = 1U << 14, ///< what the kernel was asked to watch
    armed_write = 1U << 15,
    water = 1U << 16,      ///< a water-mark call is owed
    close_owed = 1U << 17, ///< handle_close is owed
    doomed = 1U << 18,     ///< owned by the loop and closed: destroyed at the end of the iteration
    complained = 1U << 19, ///< "unhandled" was logged once
    holds_input =
        1U << 20,        ///< input in user space waits for its turn: the socket is not read before
    room = 1U << 21,     ///< blocked, but the kernel has room again: the flush may try
    audited = 1U << 22,  ///< a finding was printed
    datagram = 1U << 23, ///< messages, not a stream: 0 bytes are no end
    on_changed = 1U << 24,
    on_flush = 1U << 25,
    on_held = 1U << 26,
    on_notices = 1U << 27,
    extended = 1U << 28,    ///< has a channel_extra
    write_shut = 1U << 29,  ///< shutdown_write was called; the reading side goes on
    write_ended = 1U << 30, ///< ... and nothing can be sent any more
    foreign = 1U << 31,     ///< the descriptor is somebody else's, and only watched
    on_any_list = on_changed | on_flush | on_held | on_notices,
    lists_and_owner = on_any_list | ask_always | doomed,
};
} // namespace flag

/// All loop state of one channel.  The channel object holds the index; the kernel's user data is
/// index and generation.  The slot belongs to its object for life, the generation to one opening.
struct slot {
    dispatcher* channel = nullptr;
    union {
        std::chrono::nanoseconds deadline;         // while open
        const std::error_category* close_category; // while handle_close is owed
    };
    int fd = -1;
    std::uint32_t generation = 1;
    std::uint32_t flags = 0;
    union {
        std::uint32_t deadline_place; // while open: place in the heap of deadlines, or no_slot
        int close_value;              // while handle_close is owed
    };
    std::uint32_t next_changed = no_slot; // also the link of free slots
    union {
        std::uint32_t next_flush = no_slot;
        std::uint32_t linger_left; // bytes; a lingering channel is never on the flush list
    };
    std::uint32_t next_held = no_slot;
    std::uint32_t next_notice = no_slot;

    slot() noexcept : deadline(no_deadline), deadline_place(no_slot) {}

    [[nodiscard]] bool has(std::uint32_t bits) const noexcept { return (flags & bits) != 0; }
    void set(std::uint32_t bits) noexcept { flags |= bits; }
    void clear(std::uint32_t bits) noexcept { flags &= ~bits; }
    void put(std::uint32_t bits, bool on) noexcept { on ? set(bits) : clear(bits); }
    [[nodiscard]] bool is_open() const noexcept { return has(flag::open); }
};

static_assert(sizeof(void*) != 8 || sizeof(slot) == 48, "one slot per connection: keep it small");

/// Slots in fixed chunks that never move.  A slot that is on a list is reused only after every list
/// let go of it, so lists hold plain indexes.
class slot_table {
public:
    [[nodiscard]] slot& operator[](std::uint32_t index) noexcept {
        return chunks_[index / chunk_slots][index % chunk_slots];
    }
    [[nodiscard]] bool contains(std::uint32_t index) const noexcept { return index < capacity_; }
    [[nodiscard]] std::uint32_t capacity() const noexcept { return capacity_; }
    /// Whether the opening that index and generation name is still the present one.
    [[nodiscard]] bool is_live(std::uint32_t index, std::uint32_t generation) noexcept {
        return contains(index) && (*this)[index].generation == generation &&
               (*this)[index].is_open();
    }

    [[nodiscard]] std::uint32_t acquire(dispatcher& channel);
    /// The object is gone.
    void release(std::uint32_t index) noexcept;
    /// A list let go of the slot: recycles it when its object is gone and no other list has it.
    void let_go(std::uint32_t index) noexcept;

    static void bump_generation(slot& s) noexcept {
        if (++s.generation == 0)
            s.generation = 1;
    }

private:
    static constexpr std::size_t chunk_slots = 256;

    void grow();

    std::vector<std::unique_ptr<slot[]>> chunks_;
    std::uint32_t capacity_ = 0;
    std::uint32_t free_ = no_slot;
};

/// A first-in first-out list of slots, linked through the slots: it never allocates.
class slot_list {
public:
    slot_list(slot_table& slots, std::uint32_t slot::*link, std::uint32_t member_flag) noexcept
        : slots_(slots), link_(link), member_flag_(member_flag) {}

    /// Appends; nothing happens to a slot that is on the list already.
    void push(std::uint32_t index) noexcept;
    /// Takes the first off; no_slot when that one's object is gone.  Must not be empty.
    [[nodiscard]] std::uint32_t take() noexcept;
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    /// Rounds take as many as there were at their start: what is pushed meanwhile waits for the
    /// next round.
    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

private:
    slot_table& slots_;
    std::uint32_t slot::*link_;
    std::uint32_t member_flag_;
    std::uint32_t head_ = no_slot;
    std::uint32_t tail_ = no_slot;
    std::uint32_t size_ = 0;
};

} // namespace reactor::detail
