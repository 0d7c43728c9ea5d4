#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>

namespace chatd {

/// How many descriptors the service manager keeps for this unit over a restart: the variable
/// FDSTORE, which systemd sets since version 254 and the unit file before (the same number as
/// `FileDescriptorStoreMax=`).  0 when there is no such store.
[[nodiscard]] std::size_t store_capacity() noexcept;

/// Gives the manager copies of descriptors to keep under a name, and to hand to the next process.
/// A copy of one that it has already is not kept twice.
/// @return  false when the manager could not be reached; some may be kept then.
[[nodiscard]] bool store_descriptors(std::string_view name, std::span<const int> fds);

/// The manager forgets all that it keeps under the name.
void forget_stored(std::string_view name);

/// How long the manager may take for all that it was told, on a busy day.
inline constexpr std::chrono::milliseconds manager_patience{5000};

/// Waits until the manager has dealt with everything that it was told; false when it does not
/// within `limit`.  Blocks: not while anybody is served.
[[nodiscard]] bool wait_for_manager(std::chrono::milliseconds limit) noexcept;

} // namespace chatd
