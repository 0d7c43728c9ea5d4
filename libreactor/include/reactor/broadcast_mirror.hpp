#pragma once

#include <reactor/broadcast.hpp>
#include <reactor/export.hpp>
#include <reactor/fwd.hpp>
#include <reactor/unique_function.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <system_error>

namespace reactor {

namespace detail {
struct mirror_link;
} // namespace detail

/// Another loop's broadcast, followed from this one: what is published there, `stream()` gets here.
///
/// Bytes cross once for the loop, whatever the number of its followers: one post for all that was
/// published in an iteration there, and one copy, made here, out of the stream's memory.  Order is
/// kept, and what one `publish` appended arrives as one.  Followers join and leave `stream()`, on
/// this loop, as they do any broadcast.  The mirror begins at the end that the stream has when its
/// loop comes to hear of it (`following`).
///
/// Publishing never waits for a mirror.  What this loop has not taken is held by the stream there,
/// as for a slow follower; a few posts at most are on their way, and what is published meanwhile
/// goes with the next.  A mirror that gets too far behind is given up rather than fed with gaps.
///
/// A mirror ends once: with no error when the stream was destroyed or its loop was, after all that
/// was published before; with `errc::output_limit` when this loop got further behind than it may;
/// with `errc::memory_limit` when the stream's loop passed `loop_options::max_output_bytes` and
/// nobody owed it more; with `not_enough_memory`.  `stream()` goes on then as a broadcast that only
/// this loop publishes to.
///
/// Belongs to its loop's thread; mirror, stream and both loops may be destroyed in any order, each
/// in its own thread.  It is no work of either loop.
class REACTOR_EXPORT broadcast_mirror {
public:
    /// How far behind a mirror may get, in bytes, unless told otherwise.
    static constexpr std::size_t default_max_behind = std::size_t{16} << 20;

    /// Follows from now on.
    /// @param owner       the loop of its followers.
    /// @param source      whom to follow; of another loop, or of the same.
    /// @param on_end      told when the mirror has ended, by this loop in its posts step, never
    ///                    inside a call of yours; what it throws goes to `loop::on_error`.  It may
    ///                    destroy the mirror.
    /// @param max_behind  bytes that this loop may leave untaken; a mirror that has taken all gets
    ///                    what comes next whatever its size.
    broadcast_mirror(loop& owner, const broadcast_handle& source,
                     unique_function<void(std::error_code)> on_end = {},
                     std::size_t max_behind = default_max_behind);
    /// Follows no more: what has arrived is still owed to the followers and sent.
    ~broadcast_mirror();
    broadcast_mirror(const broadcast_mirror&) = delete;
    broadcast_mirror& operator=(const broadcast_mirror&) = delete;

    /// What this loop's channels follow.  What is published here is heard on this loop only,
    /// between two lines of the other's; `broadcast_handle::publish` reaches all.
    [[nodiscard]] broadcast& stream() noexcept { return stream_; }
    /// From when the stream knows of this mirror until either ended.
    [[nodiscard]] bool following() const noexcept { return following_; }

private:
    friend struct detail::mirror_link;

    void end(std::string_view rest, std::error_code reason);

    broadcast stream_;
    unique_function<void(std::error_code)> on_end_;
    std::shared_ptr<detail::mirror_link> link_; // shared with the source's side
    bool following_ = false;
};

} // namespace reactor
