#pragma once

#include "bench/chatload/line_format.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace chatload {

/// The order in which one thread saw the lines of a room, as a chain of digests, so that two
/// threads can be compared when all is over although neither kept the lines.
///
/// About one line in 256 is a mark, whichever thread sees it; each mark holds the digest of what
/// came since the mark before it.  So two orders that began at different places are compared from
/// the first mark they have in common.
class order_marks {
public:
    struct mark {
        line_id at;
        std::uint64_t digest = 0;   ///< Of the lines after the mark before, this one included.
        std::uint64_t position = 0; ///< Its place in this thread's order.
    };
    /// Where two orders part: after `position` of the later thread's order.
    struct difference {
        std::uint64_t position = 0;
        std::optional<line_id> here;  ///< The next mark in this one.
        std::optional<line_id> there; ///< The next mark in the other one.
    };

    /// The next line of the order.
    void add(line_id id) noexcept {
        const std::uint64_t key = mix((std::uint64_t{id.sender} << 32) | id.sequence);
        digest_ = mix(digest_ ^ key);
        ++lines_;
        if ((key & 255U) == 0) {
            marks_.push_back({id, digest_, lines_});
            digest_ = 0;
        }
    }
    /// Compares the two as far as both go.
    /// @param same_start  whether both begin with the room's first line.
    /// @param same_end    whether both end with its last one.
    [[nodiscard]] std::optional<difference> compare(const order_marks& other, bool same_start,
                                                    bool same_end) const;

private:
    [[nodiscard]] static constexpr std::uint64_t mix(std::uint64_t x) noexcept {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
        return x ^ (x >> 31);
    }

    std::vector<mark> marks_;
    std::uint64_t digest_ = 0; // since the last mark
    std::uint64_t lines_ = 0;
};

} // namespace chatload
