#pragma once

#include "mirror_link.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <system_error>

namespace reactor::detail {

class broadcast_core;

/// The stream's side of one mirror: a cursor, and what is on its way.  Stream's thread.
class mirror_feed {
public:
    /// Begins at the stream's present end.
    mirror_feed(broadcast_core& stream, std::shared_ptr<mirror_link> link);
    mirror_feed(const mirror_feed&) = delete;
    mirror_feed& operator=(const mirror_feed&) = delete;
    ~mirror_feed();

    /// Offers what is new, and lets go of what was taken.  An error when the mirror has to be given
    /// up.
    [[nodiscard]] std::error_code serve() noexcept;
    /// The last that the mirror hears: without a reason it gets all that it has not taken.
    void end(std::error_code reason) noexcept;

    [[nodiscard]] broadcast_core& stream() const noexcept { return stream_; }
    /// Nothing before it is needed of the stream.
    [[nodiscard]] std::uint64_t cursor() const noexcept { return offered_; }
    /// Bytes that the mirror has not taken.
    [[nodiscard]] std::size_t behind() const noexcept;

private:
    // So that a loop that stands still gets no endless row of posts: what is published then goes
    // with a later one.
    static constexpr std::size_t most_on_the_way = 8;

    void forget_taken() noexcept;
    void offer_rest();
    [[nodiscard]] bool must_hear() const noexcept;
    [[nodiscard]] std::string not_taken() const;

    broadcast_core& stream_;
    std::shared_ptr<mirror_link> link_;
    std::deque<mirror_offer> on_the_way_; // which the mirror reads: they never move
    std::uint64_t offered_;               // up to here: a position in the stream
    std::uint64_t taken_;                 // as it was seen last
};

} // namespace reactor::detail
