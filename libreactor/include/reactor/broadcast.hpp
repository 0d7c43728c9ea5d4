#pragma once

#include <reactor/export.hpp>
#include <reactor/fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace reactor {

namespace detail {
class broadcast_core;
struct broadcast_home;
} // namespace detail

/// What other threads hold of a broadcast: copyable, and safe to use when the stream is long gone.
/// A `broadcast_mirror` follows it from another loop.
class REACTOR_EXPORT broadcast_handle {
public:
    /// `broadcast::publish` on the stream's own thread, in the posts step: so what other loops say
    /// gets its place in the one order that all hear.  Copies `data`.  False when the stream's loop
    /// is gone; nothing happens when only the stream is.  Any thread; a post like any other, so
    /// that only the caller's pace bounds what is on its way.
    bool publish(std::string_view data) const;

private:
    friend class broadcast;
    friend class broadcast_mirror;
    explicit broadcast_handle(std::shared_ptr<detail::broadcast_home> home) noexcept
        : home_(std::move(home)) {}

    std::shared_ptr<detail::broadcast_home> home_;
};

/// One stream of bytes that many channels follow, each at its own cursor.
///
/// `publish` appends once, whatever the number of followers; the flush step gives every follower
/// that is behind one slice from its cursor to the end: one send call per follower and iteration,
/// no copy, no queue entry. What a full socket leaves stays in the stream and is held by the
/// cursor.  Followers are visited in their order of arrival, round and round; while a crowd makes
/// rounds last, those who were there before it get short turns in between.  A private `push` to a
/// follower first catches it up, so each peer reads things in the order in which they were said.
/// Belongs to its loop's thread; may be destroyed at any time there (followers keep what they are
/// owed).
class REACTOR_EXPORT broadcast {
public:
    /// @param owner        the loop of its followers.
    /// @param chunk_bytes  the stream's memory comes in chunks of this size (a power of two, at
    ///                     least 64; else std::invalid_argument).
    explicit broadcast(loop& owner, std::size_t chunk_bytes = 64 * 1024);
    /// Ends the stream: nobody follows any more, and what was published is still owed and sent.
    ~broadcast();
    broadcast(const broadcast&) = delete;
    broadcast& operator=(const broadcast&) = delete;

    /// Appends `data`; O(bytes).  Followers get it in this iteration's flush.  Throws
    /// std::bad_alloc and then has appended nothing.
    void publish(std::string_view data);
    /// Appends the pieces as one.
    void publish(std::span<const std::string_view> pieces);

    /// What other threads take of this stream: it may outlive it.  Loop's thread.
    [[nodiscard]] broadcast_handle handle() const noexcept;

    /// Bytes ever published.
    [[nodiscard]] std::uint64_t position() const noexcept;
    /// Channels that follow now.
    [[nodiscard]] std::size_t followers() const noexcept;
    /// Memory that the stream's chunks hold now, those that only queued output refers to excluded.
    [[nodiscard]] std::size_t memory() const noexcept;

private:
    friend class subscription;
    friend class async_chat;
    friend class broadcast_mirror;
    friend class detail::loop_core;

    std::unique_ptr<detail::broadcast_core> core_;
};

/// One channel's place in a broadcast: a member of the subscriber, made for it and destroyed before
/// it.
///
/// A channel that closes leaves all its broadcasts by itself.
class REACTOR_EXPORT subscription {
public:
    /// A place for `owner` in some stream, which it does not follow yet.
    explicit subscription(async_chat& owner) noexcept : link_{.channel = &owner} {}
    /// Leaves, as `leave` does.
    ~subscription();
    subscription(const subscription&) = delete;
    subscription& operator=(const subscription&) = delete;

    /// Follows `stream` from its present end, behind all who follow it already; O(1).  Leaves the
    /// former one first.  False when the channel is not open or ending.
    bool join(broadcast& stream);
    /// Follows no more; what was published before is still owed and queued.  O(1) plus what is
    /// owed.
    void leave() noexcept;
    /// Holds this follower's share back until `release`, or until more than the high-water mark is
    /// pending: a hold must not end a channel.  What the peer has a part of already goes on.
    void hold() noexcept;
    /// Ends a `hold`: the share goes out in the next flush.
    void release() noexcept;
    /// Between `hold` and what ended it.
    [[nodiscard]] bool held() const noexcept;
    /// Between `join` and `leave`, the channel's end or the stream's.
    [[nodiscard]] bool following() const noexcept { return stream_ != nullptr; }
    /// Bytes published since the cursor.
    [[nodiscard]] std::size_t behind() const noexcept;

private:
    friend class async_chat;
    friend class detail::broadcast_core;

    [[nodiscard]] async_chat& channel() const noexcept;
    void unlink() noexcept;
    [[nodiscard]] bool begun() const noexcept;
    [[nodiscard]] std::string owed() const;

    union link {
        async_chat* channel; // while it follows nothing; else the stream knows it
        subscription* next;  // while it follows: of the same channel
    };

    link link_;
    detail::broadcast_core* stream_ = nullptr;
    std::uint32_t place_ = 0; // in the stream's list of followers
};

static_assert(sizeof(void*) != 8 || sizeof(subscription) <= 24, "each member of a room has one");

} // namespace reactor
