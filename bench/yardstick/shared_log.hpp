#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace yardstick {

/// What was said, once for all readers, in one contiguous piece.  Positions count bytes since the
/// start and stay what they are when old bytes are forgotten.
class shared_log {
public:
    void append(std::string_view bytes) { bytes_ += bytes; }
    [[nodiscard]] std::uint64_t end() const noexcept { return begin_ + bytes_.size(); }
    /// All from `position`, which is not forgotten, to the end.  Valid until the log changes.
    [[nodiscard]] std::string_view from(std::uint64_t position) const noexcept {
        const auto skipped = static_cast<std::size_t>(position - begin_);
        return {bytes_.data() + skipped, bytes_.size() - skipped};
    }
    /// Nobody will ask for what is before `position`.  Moves bytes only when it frees more than it
    /// moves, so that each byte is moved at most once on average.
    void forget_before(std::uint64_t position) {
        const auto unused = static_cast<std::size_t>(position - begin_);
        if (unused <= bytes_.size() / 2)
            return;
        bytes_.erase(0, unused);
        begin_ = position;
    }

private:
    std::string bytes_;
    std::uint64_t begin_ = 0; // position of the first byte
};

} // namespace yardstick
