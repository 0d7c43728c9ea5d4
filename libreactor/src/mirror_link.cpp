#include "mirror_link.hpp"

#include "broadcast_core.hpp"
#include "mirror_feed.hpp"

#include <reactor/broadcast_mirror.hpp>

#include <mutex>
#include <new>
#include <string>
#include <utility>

namespace reactor::detail {

/// Calls `run` in the other's loop, or `lost` when that is gone, or goes before it came to it.
class mirror_link::message {
public:
    message(std::shared_ptr<mirror_link> link, function run, function lost,
            const mirror_offer* offer = nullptr) noexcept
        : link_(std::move(link)), run_(run), lost_(lost), offer_(offer) {}
    message(message&&) noexcept = default;
    message& operator=(message&&) = delete;
    ~message() {
        if (link_)
            lost_(link_, offer_);
    }
    void operator()() {
        const auto link = std::move(link_);
        run_(link, offer_);
    }

private:
    std::shared_ptr<mirror_link> link_; // null once it was called or moved from
    function run_;
    function lost_;
    const mirror_offer* offer_;
};

// --- to the stream's loop ---

void mirror_link::ask_to_follow(const std::shared_ptr<mirror_link>& link) {
    link->source->loop->post(
        message(link, follow, [](const std::shared_ptr<mirror_link>& l, const mirror_offer*) {
            send_end(l, {}, {});
        }));
}

void mirror_link::follow(const std::shared_ptr<mirror_link>& link, const mirror_offer*) {
    broadcast_core* stream = link->source->stream;
    if (stream == nullptr) {
        send_end(link, {}, {});
        return;
    }
    try {
        stream->add_feed(link);
        send_followed(link);
    } catch (const std::bad_alloc&) {
        if (link->feed != nullptr)
            stream->remove_feed(*link->feed);
        send_end(link, {}, std::make_error_code(std::errc::not_enough_memory));
    }
}

void mirror_link::send_taken(const std::shared_ptr<mirror_link>& link) {
    link->source->loop->post([link] {
        if (link->feed != nullptr)
            link->feed->stream().feeds_moved();
    });
}

void mirror_link::send_leave(const std::shared_ptr<mirror_link>& link) noexcept {
    try {
        link->source->loop->post([link] {
            if (link->feed != nullptr)
                link->feed->stream().remove_feed(*link->feed);
        });
    } catch (const std::bad_alloc&) {
        // The stream gives it up when it is too far behind.
    }
}

// --- to the mirror's loop ---

void mirror_link::send_followed(const std::shared_ptr<mirror_link>& link) {
    link->mirror_loop->post([link] {
        if (link->mirror != nullptr)
            link->mirror->following_ = true;
    });
}

void mirror_link::send_offer(const std::shared_ptr<mirror_link>& link, const mirror_offer& offer) {
    link->mirror_loop->post(message(
        link, take,
        [](const std::shared_ptr<mirror_link>& l, const mirror_offer*) { send_leave(l); }, &offer));
}

void mirror_link::send_end(const std::shared_ptr<mirror_link>& link, std::string rest,
                           std::error_code reason) noexcept {
    try {
        link->mirror_loop->post([link, text = std::move(rest), reason] {
            if (link->mirror != nullptr)
                link->mirror->end(text, reason);
        });
    } catch (const std::bad_alloc&) {
        // The mirror hears nothing more, not even this.
    }
}

void mirror_link::take(const std::shared_ptr<mirror_link>& link, const mirror_offer* offer) {
    if (link->mirror == nullptr)
        return; // it said that it leaves
    try {
        const std::lock_guard lock(link->copying);
        if (!link->readable)
            return; // the end is on its way, with what was not taken
        link->mirror->stream_.publish(offer->pieces);
        link->taken.store(offer->end);
    } catch (const std::bad_alloc&) {
        send_leave(link);
        link->mirror->end({}, std::make_error_code(std::errc::not_enough_memory));
        return;
    }
    if (link->wanted.exchange(false))
        send_taken(link);
}

} // namespace reactor::detail
