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

void broadcast_core::add(subscription& place, const slot& opening) {
    followers_.push_back({&place, chain_.end(), &opening, opening.generation, mark::unsure});
    place.place_ = static_cast<std::uint32_t>(followers_.size() - 1);
    if (to_visit_ > 0)
        ++to_visit_; // the round visits the array's length
}

void broadcast_core::remove(std::uint32_t place) noexcept {
    followers_[place].place = nullptr;
    followers_[place].set(mark::gap);
    ++gaps_;
    advanced();
    if (to_visit_ == 0)
        compact();
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

void broadcast_core::trim() noexcept {
    if (!trim_due_ || chain_.chunks() < 2)
        return;
    trim_due_ = false;
    auto first = chain_.end();
    for (std::size_t i = 0; i < followers_.size(); ++i)
        if (const follower& f = followers_[i]; f.place != nullptr)
            first = std::min(first, f.cursor);
    for (const auto& feed : feeds_)
        first = std::min(first, feed->cursor());
    chain_.drop_before(first);
}

void broadcast_core::compact() noexcept {
    constexpr std::size_t worth_it = 16;
    if (gaps_ < worth_it || gaps_ < followers_.size() / 2)
        return;
    settled_turns_.moved([this](std::size_t first) {
        std::size_t left = 0;
        for (std::size_t i = 0; i < first; ++i)
            left += followers_[i].place != nullptr ? 1 : 0;
        return left;
    });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < followers_.size(); ++i) {
        const follower& f = followers_[i];
        if (f.place == nullptr)
            continue;
        f.place->place_ = static_cast<std::uint32_t>(kept);
        followers_[kept++] = f;
    }
    followers_.truncate(kept);
    gaps_ = 0;
    next_ = 0;
}

} // namespace detail

namespace mark = detail::mark;

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
    return static_cast<async_chat&>(*stream_->at(place_).opening->channel);
}

bool subscription::join(broadcast& stream) {
    leave();
    detail::broadcast_core& core = *stream.core_;
    async_chat& follower = *link_.channel;
    if (core.loop() == nullptr || core.loop() != follower.core_ || !follower.takes_output())
        return false;
    follower.core_->check_thread(follower);
    core.add(*this, follower.core_->slots()[follower.index_]);
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
    if (begun())
        channel().owe(*this); // a line that the peer has half of is not held back
    stream_->at(place_).set(mark::held);
}

void subscription::release() noexcept {
    if (!held())
        return;
    stream_->check_usage();
    stream_->at(place_).clear(mark::held);
    if (behind() > 0)
        stream_->loop()->mark_flush(channel().index_);
}

bool subscription::held() const noexcept {
    return stream_ != nullptr && stream_->at(place_).has(mark::held);
}

bool subscription::begun() const noexcept {
    return stream_ != nullptr && stream_->at(place_).has(mark::begun);
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
