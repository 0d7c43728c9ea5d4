#pragma once

#include <reactor/export.hpp>
#include <reactor/unique_fd.hpp>

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

namespace reactor {

/// A descriptor that the process which started this one handed over.
struct inherited_descriptor {
    unique_fd fd; ///< Close-on-exec from now on.
    /// `FileDescriptorName=` of the systemd unit; `unknown` when no names were given.
    std::string name;
};

/// What becomes of LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES.
enum class listen_environment : std::uint8_t {
    unset, ///< Programs started by this one do not see them.
    keep,
};

/// Takes over the descriptors that systemd, or whoever speaks its protocol (sd_listen_fds(3)),
/// handed to this process: LISTEN_FDS of them from number 3 on, if LISTEN_PID is this process. They
/// are made close-on-exec; `dispatcher::set_listener` checks and uses them.  Empty when nothing was
/// handed over, also when the variables are meant for another process.
///
/// Call it once, early: the descriptors belong to what it returns, so a second call that still
/// finds the variables would own them twice.  The environment belongs to the whole process: no
/// other thread may use it meanwhile.
///
/// Throws std::system_error whose text says which variable is wrong, its value and what would be
/// right (invalid_argument), or which descriptor is not open; then nothing was taken over and the
/// variables are as they were.
[[nodiscard]] REACTOR_EXPORT std::vector<inherited_descriptor>
inherited_descriptors(listen_environment after = listen_environment::unset);
/// The same with the error, but not its text, in `ec`.
[[nodiscard]] REACTOR_EXPORT std::vector<inherited_descriptor>
inherited_descriptors(listen_environment after, std::error_code& ec);

} // namespace reactor
