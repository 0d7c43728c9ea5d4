#pragma once

#include <cstddef>
#include <system_error>

namespace reactor {

/// What one receive or send gave.
struct io_result {
    std::size_t n = 0; ///< Bytes moved.  0 from a receive with an empty `ec` is the end of input.
    std::error_code
        ec; ///< Empty on success; `would_block()` when the kernel has nothing (or no room) now.

    /// Nothing wrong: try again when the loop says so.
    [[nodiscard]] bool would_block() const noexcept {
        return ec && (ec == std::errc::operation_would_block ||
                      ec == std::errc::resource_unavailable_try_again);
    }
    /// Bytes moved, or a clean end.
    [[nodiscard]] explicit operator bool() const noexcept { return !ec; }
};

} // namespace reactor
