#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

namespace reactor::sim::detail {

/// The bytes of all pieces.
inline std::size_t total(std::span<const iovec> pieces) noexcept {
    std::size_t size = 0;
    for (const iovec& piece : pieces)
        size += piece.iov_len;
    return size;
}

/// The first bytes of the pieces in one.
inline std::string joined(std::span<const iovec> pieces, std::size_t at_most) {
    std::string bytes;
    for (const iovec& piece : pieces)
        bytes.append(static_cast<const char*>(piece.iov_base),
                     std::min(piece.iov_len, at_most - bytes.size()));
    return bytes;
}

} // namespace reactor::sim::detail
