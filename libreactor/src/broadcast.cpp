#include "broadcast_core.hpp"
#include "output_queue.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/broadcast.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace reactor {

namespace detail {

namespace {

std::size_t checked_chunk_bytes(std::size_t bytes) {
    if (bytes < 64 || !std::has_single_bit(bytes))
        throw std::invalid_argument(
            "reactor::broadcast: chunk_bytes must be a power of two, at least 64");
    return bytes;
}

} // namespace

broadcast_core::broadcast_core(loop_core& loop, std::size_t chunk_bytes)
    : loop_(&loop), chain_(checked_chunk_bytes(chunk_bytes), loop.output_memory()),
      home_(std::make_shared<broadcast_home>(broadcast_home{this, loop.posts()})) {
    loop.add_stream(*this);
}

broadcast_core::~broadcast_core() {
    home_->stream = nullptr;
    end_feeds();
    for (auto i = followers_.size();
         i-- > 0;) // leaving may close gaps, which moves entries to the front
        if (i < followers_.size() && followers_[i].place != nullptr)
            followers_[i].place->leave();
    if (loop_ != nullptr)
        loop_->remove_stream(*this);
}

void broadcast_core::loop_gone() noexcept {
    end_feeds();
    chain_.clear();
    to_visit_ = 0;
    loop_ = nullptr;
}

void broadcast_core::publish(std::span<const std::string_view> pieces) {
    if (loop_ == nullptr)
        return;
    loop_->check_usage("broadcast");
    if (followers() == 0 && feeds_.empty()) {
        std::size_t bytes = 0;
        for (const auto piece : pieces)
            bytes += piece.size();
        chain_.skip(bytes);
        return;
    }
    chain_.append(pieces);
    list();
    to_visit_ = followers_.size();
}

void broadcast_core::add(subscription& place, std::uint32_t index, std::uint32_t generation) {
    if (followers_.size() == followers_.capacity()) // by a quarter: all pay for what is unused
        followers_.reserve(followers_.size() + followers_.size() / 4 + 16);
    followers_.push_back({&place, chain_.end(), index, generation});
    place.place_ = static_cast<std::uint32_t>(followers_.size() - 1);
    if (to_visit_ > 0)
        ++to_visit_; // the round visits the array's length
}

void broadcast_core::remove(std::uint32_t place) noexcept {
    followers_[place].place = nullptr;
    ++gaps_;
    advanced();
    if (to_visit_ == 0)
        compact();
}

bool broadcast_core::flush() {
    if (!feeds_.empty())
        flush_feeds();
    while (to_visit_ > 0) {
        if (loop_->budget().spent())
            return false;
        if (next_ >= followers_.size())
            next_ = 0;
        follower& f = followers_[next_++];
        --to_visit_;
        visit(f);
    }
    listed_ = false;
    next_ = 0; // the next round begins with the first who came
    compact();
    trim();
    return true;
}

void broadcast_core::list() noexcept {
    if (!std::exchange(listed_, true))
        loop_->mark_behind(*this);
}

void broadcast_core::advanced() noexcept {
    trim_due_ = true;
    // Nothing may be published for long: the next flush gives back what nobody needs any more.
    if (loop_ != nullptr && chain_.chunks() > 1)
        list();
}

void broadcast_core::visit(follower& f) {
    if (f.place == nullptr || f.cursor == chain_.end())
        return;
    const slot& s = loop_->slots()[f.index];
    if (s.generation != f.generation)
        return; // closed; it leaves when its close is delivered
    auto& channel = static_cast<async_chat&>(*s.channel);
    if (f.held && channel.output_size() <= channel.limits_->high_water)
        return;
    f.held = false;
    // Behind a full socket, or behind output of its own that the channel's flush sends first.
    if (s.has(flag::blocked | flag::queued) || !s.has(flag::connected))
        channel.note_pending();
    else
        send_slice(f, channel);
}

void broadcast_core::send_slice(follower& f, async_chat& channel) {
    std::array<iovec, 4> pieces;
    const auto count = chain_.gather(f.cursor, pieces);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i)
        bytes += pieces[i].iov_len;
    const auto sent = channel.send_pieces({pieces.data(), count});
    f.cursor += sent;
    f.begun = sent > 0 && f.cursor < chain_.end();
    if (sent < bytes || loop_->owes_output(f.index)) {
        channel.note_blocked(sent > 0);
    } else if (f.begun) { // more chunks than one call takes: its own flush goes on
        loop_->slots()[f.index].set(flag::queued);
        loop_->mark_flush(f.index);
    } else if (channel.above_high_water_) { // a share held back was part of it
        channel.note_pending();
    }
    trim_due_ = trim_due_ || chain_.chunks() > 1;
}

void broadcast_core::trim() noexcept {
    if (!trim_due_ || chain_.chunks() < 2)
        return;
    trim_due_ = false;
    auto first = chain_.end();
    for (const follower& f : followers_)
        if (f.place != nullptr)
            first = std::min(first, f.cursor);
    for (const auto& feed : feeds_)
        first = std::min(first, feed->cursor());
    chain_.drop_before(first);
}

void broadcast_core::compact() noexcept {
    constexpr std::size_t worth_it = 16;
    if (gaps_ < worth_it || gaps_ < followers_.size() / 2)
        return;
    std::size_t kept = 0;
    for (const follower& f : followers_) {
        if (f.place == nullptr)
            continue;
        f.place->place_ = static_cast<std::uint32_t>(kept);
        followers_[kept++] = f;
    }
    followers_.resize(kept);
    gaps_ = 0;
    next_ = 0;
}

} // namespace detail

broadcast::broadcast(loop& owner, std::size_t chunk_bytes)
    : core_(std::make_unique<detail::broadcast_core>(*owner.core_, chunk_bytes)) {}

broadcast::~broadcast() = default;

void broadcast::publish(std::string_view data) { core_->publish({&data, 1}); }

void broadcast::publish(std::span<const std::string_view> pieces) { core_->publish(pieces); }

broadcast_handle broadcast::handle() const noexcept { return broadcast_handle{core_->home()}; }

std::uint64_t broadcast::position() const noexcept { return core_->chain().end(); }

std::size_t broadcast::followers() const noexcept { return core_->followers(); }

std::size_t broadcast::memory() const noexcept { return core_->chain().memory(); }

subscription::~subscription() { leave(); }

/// Whose place this is: an open channel's, or one whose close is not delivered yet.
async_chat& subscription::channel() const noexcept {
    if (stream_ == nullptr)
        return *link_.channel;
    return static_cast<async_chat&>(*stream_->loop()->slots()[stream_->at(place_).index].channel);
}

bool subscription::join(broadcast& stream) {
    leave();
    detail::broadcast_core& core = *stream.core_;
    async_chat& follower = *link_.channel;
    if (core.loop() == nullptr || core.loop() != follower.core_ || !follower.takes_output())
        return false;
    follower.core_->check_thread(follower);
    core.add(*this, follower.index_, follower.generation_);
    stream_ = &core;
    link_.next = follower.subscriptions_;
    follower.subscriptions_ = this;
    return true;
}

void subscription::leave() noexcept {
    if (stream_ == nullptr)
        return;
    stream_->check_usage();
    channel().owe(*this);
    unlink();
}

void subscription::unlink() noexcept {
    async_chat& follower = channel();
    auto** place = &follower.subscriptions_;
    while (*place != this)
        place = &(*place)->link_.next;
    *place = link_.next;
    stream_->remove(place_);
    stream_ = nullptr;
    link_.channel = &follower;
}

void subscription::hold() noexcept {
    if (stream_ == nullptr)
        return;
    stream_->check_usage();
    if (stream_->at(place_).begun)
        channel().owe(*this); // a line that the peer has half of is not held back
    stream_->at(place_).held = true;
}

void subscription::release() noexcept {
    if (!held())
        return;
    stream_->check_usage();
    stream_->at(place_).held = false;
    if (behind() > 0)
        stream_->loop()->mark_flush(stream_->at(place_).index);
}

bool subscription::held() const noexcept { return stream_ != nullptr && stream_->at(place_).held; }

bool subscription::begun() const noexcept {
    return stream_ != nullptr && stream_->at(place_).begun;
}

std::string subscription::owed() const {
    std::string text;
    const auto& chain = stream_->chain();
    for (auto cursor = stream_->at(place_).cursor; cursor < chain.end();) {
        const auto slice = chain.slice(cursor);
        text.append(slice.bytes);
        cursor += slice.bytes.size();
    }
    return text;
}

std::size_t subscription::behind() const noexcept {
    return stream_ != nullptr ? stream_->behind(place_) : 0;
}

} // namespace reactor
