#pragma once

#include "chunk_chain.hpp"
#include "loop_core.hpp"
#include "mirror_feed.hpp"

#include <reactor/broadcast.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

namespace reactor::detail {

/// One follower: small and in one array with the others, so that a flush walks memory in order and
/// a publish touches none of them.  An entry without a subscription is a gap that a later
/// compaction closes.
struct follower {
    subscription* place = nullptr;
    std::uint64_t cursor = 0;
    std::uint32_t index = no_slot; // of the channel
    std::uint32_t generation = 0;
    bool held = false;
    bool begun = false; // a part of what it is owed was sent: nothing else may come before the rest
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

    void add(subscription& place, std::uint32_t index, std::uint32_t generation);
    void remove(std::uint32_t place) noexcept;
    [[nodiscard]] follower& at(std::uint32_t place) noexcept { return followers_[place]; }
    [[nodiscard]] std::size_t behind(std::uint32_t place) const noexcept {
        return static_cast<std::size_t>(chain_.end() - followers_[place].cursor);
    }
    /// A follower's cursor was moved by its channel, or it left.
    void advanced() noexcept;

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
    void visit(follower& f);
    void send_slice(follower& f, async_chat& channel);
    void list() noexcept;
    void trim() noexcept;
    void compact() noexcept;

    loop_core* loop_; // null once the loop is gone
    chunk_chain chain_;
    std::shared_ptr<broadcast_home> home_;
    std::vector<follower> followers_; // in order of arrival
    std::vector<std::unique_ptr<mirror_feed>> feeds_;
    std::size_t gaps_ = 0;
    std::size_t next_ = 0;     // whom the flush visits next, round and round
    std::size_t to_visit_ = 0; // how many of them may be behind
    bool trim_due_ = false;
    bool listed_ = false; // among the loop's streams to flush
};

} // namespace reactor::detail
