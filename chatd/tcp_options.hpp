#pragma once

#include "chatd/limits.hpp"

#include <system_error>

namespace chatd {

/// What the limits say to the kernel about a TCP socket: no delay, keep-alive, user timeout, and no
/// more than the soft limit unsent.  Every option is tried; gives the last error.
std::error_code set_tcp_options(int fd, const limits& limit) noexcept;

/// The same for a socket that has the options of `before`: sets those that differ.
std::error_code change_tcp_options(int fd, const limits& before, const limits& limit) noexcept;

} // namespace chatd
