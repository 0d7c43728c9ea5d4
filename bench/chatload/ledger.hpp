#pragma once

#include "bench/chatload/line_format.hpp"
#include "bench/chatload/order_marks.hpp"
#include "bench/chatload/speaker_orders.hpp"
#include "bench/chatload/speakers.hpp"
#include "bench/chatload/violations.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chatload {

/// One line of the agreed order.
struct ledger_entry {
    std::chrono::nanoseconds
        sent{}; ///< When it was sent, or should have been; 0 when not known any more.
    line_id id;
};

/// What a ledger belongs to.
struct ledger_place {
    const line_format* format = nullptr; ///< Outlives it, as the others do.
    const speakers* who = nullptr;       ///< All of the run.
    std::uint32_t room = 0;
    std::uint32_t thread = 0;
    std::span<std::uint64_t> lines{}; ///< By load: what this thread counts is added here.
    bool echoes = true;               ///< Whether a member gets its own lines.
    bool one_order = true;            ///< Whether all members get the lines in one order.
    bool marks = false;               ///< Whether its order is compared with other threads'.
    std::size_t chunk_bytes = std::size_t{64} * 1024; ///< Of lines, more or less.
};

/// Holds the members of a room that one thread has to one order: each line whole, once, at the same
/// place for all.
///
/// The first member to see place k of the order settles what is there; every other one is compared
/// with that.  An entry lives until all members have passed it, so the memory follows the slowest
/// member's lag and not the number of lines.  The usual case costs a comparison of whole frames and
/// an increment, and allocates nothing.
///
/// A member that comes late does not know where the order is.  It waits until one of its lines is
/// in the order, and is held to it from there; it settles the order itself only where nobody else
/// does.  Nothing is owed to it that was said before it had logged in.
///
/// Where nobody gets its own lines, only members that say none see the order; the others' lines
/// wait until these have settled it.  Where there are none of these, or the server has no one
/// order, see `speaker_orders`.
class ledger {
public:
    using member = std::uint32_t;

    explicit ledger(const ledger_place& place);

    /// A member from before the first line on.
    member add(std::uint32_t number);
    /// One that is about to log in.
    /// @param lasting  whether it stays until the end.
    member add_late(std::uint32_t number, bool lasting);
    /// A late one has logged in.
    void logged_in(member who, std::chrono::nanoseconds now) { cursors_[who].since = now; }
    /// Nothing more is expected of `who`.
    void leave(member who);

    /// Takes the frames at the start of `data` as far as they are the next ones of the agreed
    /// order; the others are for `take`, one by one.
    /// @return their entries, valid until the next call of this or `take`.  There may be more to
    /// take.
    std::span<const ledger_entry> take_agreed(member who, std::string_view data);
    /// Takes one line (`NAME: TEXT`) that `who` got in the room.
    /// @return its entry if it counts as delivered, valid as above; null for a line that is torn,
    /// doubled or nobody's.  What is wrong with it is in `found()`.
    const ledger_entry* take(member who, std::string_view text);
    /// Looks again for the places of late members.
    void find_places();

    /// Whether every line said has come to every member left.
    [[nodiscard]] bool settled();
    /// Ends the run: what has not come by now is lost.
    void finish();
    /// A difference to another thread's order of the room, when neither has found anything wrong.
    void compare_with(const ledger& other);

    /// Bytes of one delivered frame; SIZE_MAX before the first.
    [[nodiscard]] std::size_t frame_bytes() const noexcept { return frame_bytes_; }
    /// Lines handed to members, the right ones only.
    [[nodiscard]] std::uint64_t deliveries() const noexcept { return deliveries_; }
    /// Lines in the agreed order.
    [[nodiscard]] std::uint64_t agreed() const noexcept { return agreed_; }
    /// Place of `who` in the agreed order.
    [[nodiscard]] std::uint64_t position(member who) const noexcept {
        return cursors_[who].position;
    }
    [[nodiscard]] const violations& found() const noexcept { return found_; }
    /// Entries in memory.
    [[nodiscard]] std::size_t held() const noexcept { return chunks_.size() << chunk_bits_; }
    /// Bytes of memory for these.
    [[nodiscard]] std::size_t held_bytes() const noexcept {
        return chunks_.empty() ? 0 : held() * (frame_bytes_ + sizeof(ledger_entry));
    }

private:
    static constexpr std::size_t max_missing = 4096; // remembered per member
    static constexpr std::uint64_t no_place = UINT64_MAX;

    struct chunk {
        std::vector<ledger_entry> entries;
        std::vector<char> bytes;  // the frames themselves
        std::uint32_t passed = 0; // members that are behind its last entry
    };
    struct cursor {
        std::uint64_t position = 0;
        chunk* in = nullptr;              // where the next line is, or will be
        std::chrono::nanoseconds since{}; // when it logged in; what was said before is not owed
        std::uint32_t number = 0;
        bool gone = false;
        bool waiting = false;          // late, and its place is not known yet
        bool holds = false;            // lines whose place in the order is not known yet
        bool silent_to_itself = false; // it does not get its own lines
        bool lasting = false;
    };
    /// What this thread has heard of one speaker.
    struct heard {
        send_times::reader times;
        std::uint32_t seen = 0; // lines
    };
    struct missing_line {
        std::uint64_t position;
        line_id id;
    };

    member place(cursor made);
    heard& heard_of(const speaker& one);
    [[nodiscard]] std::chrono::nanoseconds oldest_member() const noexcept;

    const ledger_entry* step(member who);
    const ledger_entry* take_id(member who, const speaker& said_by, line_id id,
                                std::string_view text);
    const ledger_entry* take_new(member who, const speaker& said_by, line_id id);
    const ledger_entry* take_known(member who, line_id id, std::string_view text);
    const ledger_entry* take_late(member who, line_id id);
    const ledger_entry* take_apart(member who, const speaker& said_by, line_id id,
                                   std::string_view text);
    const ledger_entry* hold(member who, line_id id);
    void take_held(member who, std::size_t first);
    void pass_own(member who);
    [[nodiscard]] std::size_t lines_until_own(const cursor& at, std::size_t lines) const noexcept;
    [[nodiscard]] bool is_owed(const cursor& at, const ledger_entry& line) const noexcept;
    /// Whether the order of this room cannot be told.
    [[nodiscard]] bool apart() const noexcept {
        return !of_.one_order || (!of_.echoes && !listened_);
    }
    [[nodiscard]] static bool is_owed_all(const cursor& at, const speaker& one) noexcept;
    [[nodiscard]] bool settled_apart();
    void finish_apart();
    bool find_place(member who);
    void found_place(member who, std::size_t first_held);
    [[nodiscard]] std::uint64_t find_from(std::uint64_t position, line_id id);

    void append(const speaker& said_by, heard& of, line_id id);
    void begin_order(const framing& around);
    [[nodiscard]] chunk& chunk_of(std::uint64_t position);
    [[nodiscard]] std::size_t place_in_chunk(std::uint64_t position) const noexcept {
        return position & ((std::size_t{1} << chunk_bits_) - 1);
    }
    [[nodiscard]] const ledger_entry& entry(std::uint64_t position) {
        return chunk_of(position).entries[place_in_chunk(position)];
    }
    void move_to(member who, std::uint64_t from, std::uint64_t to);
    void skip_to(member who, std::uint64_t to);
    void trim();

    [[nodiscard]] bool is_owed_more(const cursor& at);
    void finish_member(member who);
    void append_unseen();
    void report(violation_kind kind, member who, std::uint64_t position, std::string_view got);
    void report_lost(member who, std::uint64_t position, line_id id);

    ledger_place of_;
    std::size_t frame_bytes_ = SIZE_MAX; // none is known: none fits
    std::size_t before_bytes_ = 0;
    std::size_t chunk_bits_ = 0; // of the number of entries
    std::vector<cursor> cursors_;
    std::vector<member> free_; // cursors of visitors that are gone
    std::vector<heard> heard_; // by the speaker's place in the room
    std::deque<std::unique_ptr<chunk>> chunks_;
    std::unique_ptr<chunk> spare_;
    std::unordered_map<member, std::vector<missing_line>> missing_;
    std::unordered_map<member, std::vector<line_id>> held_; // lines whose place is not known
    speaker_orders orders_;                                 // used when the room is `apart`
    violations found_;
    ledger_entry late_; // what `take` returns for a line whose entry may be gone, or is not there
    order_marks marks_;
    std::uint64_t first_chunk_ = 0; // number of chunks_.front()
    std::uint64_t agreed_ = 0;
    std::uint64_t deliveries_ = 0;
    std::uint32_t live_ = 0;
    std::uint32_t settlers_ = 0;       // live ones that know their place and get all lines
    std::uint32_t lasting_ = 0;        // of those that know their place
    std::uint32_t from_the_start_ = 0; // of these
    bool listened_ = false;            // a member from the start gets all lines
    bool whole_ = false;               // the order begins with the room's first line
};

} // namespace chatload
