#include "broadcast_core.hpp"
#include "channel_io.hpp"
#include "output_queue.hpp"
#include "system.hpp"

#include <reactor/async_chat.hpp>

#include <algorithm>
#include <utility>

// The fan-out: each follower that is behind gets one slice.  No code of the user's runs here but
// transports, which may not come back, so nobody joins or leaves meanwhile.
namespace reactor::detail {

bool broadcast_core::flush() {
    if (!feeds_.empty())
        flush_feeds();
    const bool done = visit_all();
    trim_due_ = trim_due_ || chain_.chunks() > 1;
    if (!done)
        return false;
    listed_ = false;
    next_ = 0; // the next round begins with the first who came
    settled_turns_.round_done(followers_.size(), loop_->now());
    compact();
    trim();
    return true;
}

/// All were visited since the first one was.  While something is published in each round the flush
/// is never done, and what nobody needs any more must not pile up until it is.
void broadcast_core::begin_again(shared_slice& slice) noexcept {
    next_ = 0;
    settled_turns_.round_goes_on(loop_->now());
    compact();
    to_visit_ = std::min(to_visit_, followers_.size());
    trim_due_ = true;
    trim();
    slice.count = 0; // it may have been in a chunk that is gone
}

bool broadcast_core::visit_all() {
    shared_slice slice;
    if (next_ == 0)
        settled_turns_.round_begins(loop_->now());
    else
        visit_settled(slice);
    while (to_visit_ > 0) {
        if (loop_->budget().spent())
            return false;
        if (next_ >= followers_.size()) {
            begin_again(slice);
            continue;
        }
        follower& f = followers_[next_++];
        --to_visit_;
        if (!send_at_once(f, slice)) [[unlikely]]
            visit(f, slice);
    }
    return true;
}

/// A round goes on: those who need not wait for it get their turn when it is due.
void broadcast_core::visit_settled(shared_slice& slice) {
    settled_turns_.look(followers_.size(), loop_->now());
    if (!settled_turns_.pending())
        return;
    const flush_budget::part part(loop_->budget(), settled_turns::share);
    while (settled_turns_.pending() && !part.spent()) {
        follower& f = followers_[settled_turns_.take()];
        if (!send_at_once(f, slice)) [[unlikely]]
            visit(f, slice);
    }
}

/// The way of nearly all: there is no mark, and the slot says that the channel is connected and has
/// neither output of its own, nor a full socket, nor anything beside the slot.  Then nothing can
/// stand before the slice, and when the kernel takes all of it there is nothing to note but the
/// cursor: the channel itself is not touched.  False when it is a case for `visit`.
inline bool broadcast_core::send_at_once(follower& f, shared_slice& slice) {
    constexpr auto plain = flag::connected;
    constexpr auto special = flag::blocked | flag::queued | flag::extended;
    const slot& s = *f.opening;
    if (f.marks != 0 || s.generation != f.generation || (s.flags & (plain | special)) != plain)
        return false;
    if (f.cursor == chain_.end())
        return true;
    if (slice.count == 0 || slice.cursor != f.cursor)
        gather(slice, f.cursor);
    if (slice.count > 1) [[unlikely]]
        return false;
    const iovec& piece = slice.pieces[0];
    const auto sent = system::send(s.fd, static_cast<const char*>(piece.iov_base), piece.iov_len);
    loop_->budget().count_call(slice.bytes);
    if (sent.ok()) [[likely]] {
        const auto bytes = loop_->sent(sent.value).n;
        f.cursor += bytes;
        if (bytes < slice.bytes) [[unlikely]]
            settle(f, bytes, slice);
    } else {
        refused(f, sent.error, slice);
    }
    return true;
}

/// The kernel gave an error for a slice in one piece.
void broadcast_core::refused(follower& f, int error, const shared_slice& slice) {
    const iovec& piece = slice.pieces[0];
    const auto sent = channel_of(f).send_slice_again(
        error, {static_cast<const char*>(piece.iov_base), piece.iov_len});
    f.cursor += sent;
    settle(f, sent, slice);
}

void broadcast_core::gather(shared_slice& slice, std::uint64_t cursor) const noexcept {
    slice.cursor = cursor;
    slice.count = chain_.gather(cursor, slice.pieces);
    slice.bytes = 0;
    for (const iovec& piece : slice.all())
        slice.bytes += piece.iov_len;
}

void broadcast_core::visit(follower& f, shared_slice& slice) {
    if (f.has(mark::gap) || f.cursor == chain_.end())
        return;
    const slot& s = *f.opening;
    if (s.generation != f.generation)
        return; // closed; it leaves when its close is delivered
    auto& channel = channel_of(f);
    if (f.has(mark::held) && channel.output_size() <= channel.limits_->high_water)
        return;
    f.clear(mark::held);
    // Behind a full socket, or behind output of its own that the channel's flush sends first.
    if (s.has(flag::blocked | flag::queued) || !s.has(flag::connected)) {
        channel.note_pending();
        return;
    }
    if (slice.count == 0 || slice.cursor != f.cursor)
        gather(slice, f.cursor);
    const auto sent = channel.send_pieces(slice.all());
    f.cursor += sent;
    settle(f, sent, slice);
}

/// After a send of `slice`, of which the kernel took `sent`.
void broadcast_core::settle(follower& f, std::size_t sent, const shared_slice& slice) {
    auto& channel = channel_of(f);
    f.put(mark::begun, sent > 0 && f.cursor < chain_.end());
    f.put(mark::unsure, channel.above_high_water_);
    channel.note_slice(sent, slice.bytes, f.has(mark::begun));
}

async_chat& broadcast_core::channel_of(const follower& f) noexcept {
    return static_cast<async_chat&>(*f.opening->channel);
}

} // namespace reactor::detail
