#pragma once

#include "chunk_chain.hpp"
#include "post_queue.hpp"

#include <reactor/fwd.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace reactor::detail {

struct broadcast_home;
class mirror_feed;

/// A part of a stream that is on its way to a mirror.  The feed owns it, and changes nothing in it
/// until the mirror has taken it or may not any more.
struct mirror_offer {
    std::vector<std::string_view> pieces; ///< In the memory of `owners`.
    std::vector<chunk_ref> owners;        ///< For the stream's thread: their counts are plain.
    std::uint64_t end = 0;                ///< Position in the stream.
};

/// What a mirror and the stream's side of it share.  Either may go first: each has only its own
/// pointer here, used by its own thread alone, and sends messages to the other.
struct mirror_link {
    mirror_link(broadcast_mirror& there, std::shared_ptr<post_queue> mirrors,
                std::shared_ptr<broadcast_home> streams, std::size_t most) noexcept
        : mirror(&there), mirror_loop(std::move(mirrors)), source(std::move(streams)),
          max_behind(most) {}

    // --- messages, each with what comes of it when the other's loop goes first ---
    static void ask_to_follow(const std::shared_ptr<mirror_link>& link);
    static void send_leave(const std::shared_ptr<mirror_link>& link) noexcept;
    static void send_followed(const std::shared_ptr<mirror_link>& link);
    static void send_offer(const std::shared_ptr<mirror_link>& link, const mirror_offer& offer);
    /// The views on their way are not to be used any more.
    static void send_end(const std::shared_ptr<mirror_link>& link, std::string rest,
                         std::error_code reason) noexcept;

    broadcast_mirror* mirror;    ///< Mirror's thread.  Null once it ended.
    mirror_feed* feed = nullptr; ///< Stream's thread.  Null before it began and after its end.

    const std::shared_ptr<post_queue> mirror_loop;
    const std::shared_ptr<broadcast_home> source;
    const std::size_t max_behind;

    /// Up to where the mirror has copied: a position in the stream.
    std::atomic<std::uint64_t> taken = 0;
    /// The feed wants to hear when `taken` moves.  It stores this and loads `taken`, the mirror
    /// stores `taken` and loads this: at least one of them sees the other's store.
    std::atomic<bool> wanted = false;

    /// Held while the mirror copies out of the stream's memory.
    std::mutex copying;
    bool readable = true; ///< Guarded by `copying`: that memory is there.

private:
    using function = void (*)(const std::shared_ptr<mirror_link>&, const mirror_offer*);
    class message;

    static void follow(const std::shared_ptr<mirror_link>& link, const mirror_offer*);
    static void take(const std::shared_ptr<mirror_link>& link, const mirror_offer* offer);
    static void send_taken(const std::shared_ptr<mirror_link>& link);
};

} // namespace reactor::detail
