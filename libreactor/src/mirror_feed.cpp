#include "mirror_feed.hpp"

#include "broadcast_core.hpp"

#include <reactor/error.hpp>

#include <algorithm>
#include <mutex>
#include <new>
#include <utility>

namespace reactor::detail {

mirror_feed::mirror_feed(broadcast_core& stream, std::shared_ptr<mirror_link> link)
    : stream_(stream), link_(std::move(link)), offered_(stream.chain().end()), taken_(offered_) {
    link_->taken.store(taken_);
    link_->feed = this;
}

mirror_feed::~mirror_feed() { link_->feed = nullptr; }

std::size_t mirror_feed::behind() const noexcept {
    return static_cast<std::size_t>(stream_.chain().end() - link_->taken.load());
}

std::error_code mirror_feed::serve() noexcept {
    try {
        for (;;) {
            forget_taken();
            if (!on_the_way_.empty() && behind() > link_->max_behind)
                return errc::output_limit;
            if (offered_ < stream_.chain().end() && on_the_way_.size() < most_on_the_way)
                offer_rest();
            if (!must_hear())
                return {};
            link_->wanted.store(true);
            if (link_->taken.load() == taken_)
                return {}; // who moves it will see that it is wanted
        }
    } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

void mirror_feed::forget_taken() noexcept {
    taken_ = link_->taken.load();
    while (!on_the_way_.empty() && on_the_way_.front().end <= taken_)
        on_the_way_.pop_front();
}

/// All of it at once: what one publish appended is not to be cut in two.
void mirror_feed::offer_rest() {
    const auto& chain = stream_.chain();
    mirror_offer made;
    made.end = chain.end();
    for (auto cursor = offered_; cursor < made.end;) {
        auto slice = chain.slice(cursor);
        cursor += slice.bytes.size();
        made.pieces.push_back(slice.bytes);
        made.owners.push_back(std::move(slice.owner));
    }
    on_the_way_.push_back(std::move(made));
    mirror_link::send_offer(link_, on_the_way_.back());
    offered_ = on_the_way_.back().end;
}

/// Whether anything waits for the mirror to go on: more to offer, or memory that only what is on
/// its way still holds.
bool mirror_feed::must_hear() const noexcept {
    if (on_the_way_.empty())
        return false;
    const auto& chain = stream_.chain();
    return on_the_way_.size() >= most_on_the_way ||
           taken_ / chain.chunk_bytes() != (chain.end() - 1) / chain.chunk_bytes();
}

void mirror_feed::end(std::error_code reason) noexcept {
    {
        const std::lock_guard lock(link_->copying); // it may be in the middle of a copy
        link_->readable = false;
    }
    std::string rest;
    try {
        forget_taken();
        if (!reason)
            rest = not_taken();
    } catch (const std::bad_alloc&) {
        reason = std::make_error_code(std::errc::not_enough_memory);
    }
    mirror_link::send_end(link_, std::move(rest), reason);
}

std::string mirror_feed::not_taken() const {
    std::string text;
    for (const mirror_offer& offer : on_the_way_)
        for (const auto piece : offer.pieces)
            text.append(piece);
    const auto& chain = stream_.chain();
    for (auto cursor = offered_; cursor < chain.end();) {
        const auto slice = chain.slice(cursor);
        text.append(slice.bytes);
        cursor += slice.bytes.size();
    }
    return text;
}

// --- a stream's mirrors ---

void broadcast_core::add_feed(std::shared_ptr<mirror_link> link) {
    feeds_.reserve(feeds_.size() + 1);
    feeds_.push_back(std::make_unique<mirror_feed>(*this, std::move(link)));
}

void broadcast_core::remove_feed(const mirror_feed& feed) noexcept {
    std::erase_if(feeds_, [&](const auto& f) { return f.get() == &feed; });
    advanced();
}

void broadcast_core::flush_feeds() noexcept {
    std::erase_if(feeds_, [](const auto& feed) {
        const auto error = feed->serve();
        if (error)
            feed->end(error);
        return static_cast<bool>(error);
    });
    trim_due_ = trim_due_ || chain_.chunks() > 1;
}

void broadcast_core::end_feeds() noexcept {
    for (const auto& feed : feeds_)
        feed->end({});
    feeds_.clear();
}

mirror_feed* broadcast_core::furthest_feed() const noexcept {
    const auto furthest =
        std::max_element(feeds_.begin(), feeds_.end(),
                         [](const auto& a, const auto& b) { return a->behind() < b->behind(); });
    return furthest == feeds_.end() ? nullptr : furthest->get();
}

void broadcast_core::give_up(mirror_feed& feed, std::error_code reason) noexcept {
    feed.end(reason);
    remove_feed(feed);
    trim();
}

} // namespace reactor::detail
