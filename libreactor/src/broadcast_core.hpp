#pragma once

#include "chunk_chain.hpp"
#include "chunked_array.hpp"
#include "loop_core.hpp"
#include "mirror_feed.hpp"
#include "settled_turns.hpp"

#include <reactor/broadcast.hpp>

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

namespace reactor::detail {

/// What is special about a follower; nothing is about most, nearly always.
namespace mark {
enum bits : std::uint32_t {
    held = 1U << 0,
    begun = 1U << 1,  ///< a part of what it is owed was sent: nothing else may come before the rest
    unsure = 1U << 2, ///< its channel may be above its high-water mark, or was never looked at
    gap = 1U << 3,    ///< it has left
};
} // namespace mark

/// One follower: small and in one array with the others, so that a flush walks memory in order and
/// a publish touches none of them.  An entry without a subscription is a gap that a later
/// compaction closes.
struct follower {
    subscription* place = nullptr;
    std::uint64_t cursor = 0;
    const slot* opening = nullptr; // of the channel, which outlives the entry
    std::uint32_t generation = 0;  // another one in the slot: the channel has closed
    std::uint32_t marks = 0;

    [[nodiscard]] bool has(std::uint32_t bits) const noexcept { return (marks & bits) != 0; }
    void set(std::uint32_t bits) noexcept { marks |= bits; }
    void clear(std::uint32_t bits) noexcept { marks &= ~bits; }
    void put(std::uint32_t bits, bool on) noexcept { on ? set(bits) : clear(bits); }
};

static_assert(sizeof(void*) != 8 || sizeof(follower) == 32, "two in a line of the cache");

/// What followers whose cursors coincide are owed: gathered once for all of them.
struct shared_slice {
    std::uint64_t cursor; ///< Of those whose slice it is.
    std::array<iovec, 4> pieces;
    std::size_t count = 0; ///< 0: nothing was gathered yet.
    std::size_t bytes = 0;

    [[nodiscard]] std::span<const iovec> all() const noexcept { return {pieces.data(), count}; }
};

/// Where a stream is to be found by other threads, which send functions there.
struct broadcast_home {
    broadcast_core* stream; ///< Loop's thread.  Null once the stream is gone.
    std::shared_ptr<post_queue> loop;
};

class broadcast_core {
public:
    broadcast_core(loop_core& loop, std::size_t chunk_bytes);
    ~broadcast_core();
    broadcast_core(const broadcast_core&) = delete;
    broadcast_core& operator=(const broadcast_core&) = delete;

    void publish(std::span<const std::string_view> pieces);
    [[nodiscard]] const chunk_chain& chain() const noexcept { return chain_; }
    [[nodiscard]] std::size_t followers() const noexcept { return followers_.size() - gaps_; }
    [[nodiscard]] loop_core* loop() const noexcept { return loop_; }
    [[nodiscard]] const std::shared_ptr<broadcast_home>& home() const noexcept { return home_; }
    void loop_gone() noexcept;
    /// Audit: says so when a follower's place is moved by another thread.
    void check_usage() noexcept {
        if (loop_ != nullptr)
            loop_->check_usage("subscription");
    }

    void add(subscription& place, const slot& opening);
    void remove(std::uint32_t place) noexcept;
    [[nodiscard]] follower& at(std::uint32_t place) noexcept { return followers_[place]; }
    [[nodiscard]] std::size_t behind(std::uint32_t place) const noexcept {
        return static_cast<std::size_t>(chain_.end() - followers_[place].cursor);
    }
    /// A follower's cursor was moved by its channel, or it left.
    void advanced() noexcept;

    // --- broadcast_flush.cpp ---
    /// Visits followers that may be behind, from where the last flush stopped.  False when the
    /// budget ended it.
    [[nodiscard]] bool flush();

    // --- mirror_feed.cpp: mirrors of other loops ---
    void add_feed(std::shared_ptr<mirror_link> link);
    void remove_feed(const mirror_feed& feed) noexcept;
    /// One of them has taken something: the next flush looks at all.
    void feeds_moved() noexcept { list(); }
    /// Whose mirror has got furthest behind; null when there is none.
    [[nodiscard]] mirror_feed* furthest_feed() const noexcept;
    void give_up(mirror_feed& feed, std::error_code reason) noexcept;

private:
    void flush_feeds() noexcept;
    void end_feeds() noexcept;
    [[nodiscard]] bool visit_all();
    void begin_again(shared_slice& slice) noexcept;
    void visit_settled(shared_slice& slice);
    [[nodiscard]] bool send_at_once(follower& f, shared_slice& slice);
    void visit(follower& f, shared_slice& slice);
    void refused(follower& f, int error, const shared_slice& slice);
    void settle(follower& f, std::size_t sent, const shared_slice& slice);
    [[nodiscard]] static async_chat& channel_of(const follower& f) noexcept;
    void gather(shared_slice& slice, std::uint64_t cursor) const noexcept;
    void list() noexcept;
    void trim() noexcept;
    void compact() noexcept;

    loop_core* loop_; // null once the loop is gone
    chunk_chain chain_;
    std::shared_ptr<broadcast_home> home_;
    chunked_array<follower> followers_; // in order of arrival
    std::vector<std::unique_ptr<mirror_feed>> feeds_;
    std::size_t gaps_ = 0;
    std::size_t next_ = 0;     // whom the flush visits next, round and round
    std::size_t to_visit_ = 0; // how many of them may be behind
    settled_turns settled_turns_;
    bool trim_due_ = false;
    bool listed_ = false; // among the loop's streams to flush
};

} // namespace reactor::detail
