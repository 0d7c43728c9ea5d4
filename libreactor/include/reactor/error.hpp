#pragma once

#include <reactor/export.hpp>

#include <system_error>

namespace reactor {

/// Why libreactor itself ended a channel or refused a call; everything else is a system error code.
enum class errc {
    no_progress =
        1,        ///< The peer took no byte of the pending output for `output_limits::no_progress`.
    output_limit, ///< The pending output passed `output_limits::hard_limit`.
    memory_limit, ///< The loop's pending output passed `loop_options::max_output_bytes`; this was
                  ///< the largest.
    linger_limit, ///< After `close_when_done` the peer neither stopped sending nor closed in time.
    nested_run,   ///< `run` was called from inside a callback of the same loop.
    forked,       ///< The loop was made by another process: `loop::after_fork_child` is missing.
    not_open,     ///< The channel has no descriptor.
    already_open, ///< The channel has a descriptor already, or its `handle_close` is still to come.
    not_listening,   ///< The socket is no listener.
    already_watched, ///< Another open channel of the loop has this descriptor.
};

/// The category of `errc`, named "reactor".
[[nodiscard]] REACTOR_EXPORT const std::error_category& error_category() noexcept;

/// What makes `std::error_code ec = errc::not_open` work.
[[nodiscard]] inline std::error_code make_error_code(errc value) noexcept {
    return {static_cast<int>(value), error_category()};
}

} // namespace reactor

/// @cond
template <>
struct std::is_error_code_enum<reactor::errc> : std::true_type {};
/// @endcond
