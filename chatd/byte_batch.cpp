#include "chatd/byte_batch.hpp"

#include <algorithm>
#include <cstring>

namespace chatd {

void byte_batch::append(std::span<const std::string_view> pieces) {
    std::size_t needed = size_;
    for (const std::string_view piece : pieces)
        needed += piece.size();
    if (needed > capacity_)
        grow(needed);
    char* at = bytes_.get() + size_;
    for (const std::string_view piece : pieces) {
        if (!piece.empty()) // of which the address may be null
            std::memcpy(at, piece.data(), piece.size());
        at += piece.size();
    }
    size_ = needed;
}

void byte_batch::grow(std::size_t needed) {
    constexpr std::size_t least = 256;
    const std::size_t capacity = std::max({needed, 2 * capacity_, least});
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0)
        std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
    capacity_ = capacity;
}

void byte_batch::clear(std::size_t kept) noexcept {
    size_ = 0;
    if (capacity_ <= kept)
        return;
    bytes_.reset();
    capacity_ = 0;
}

} // namespace chatd
