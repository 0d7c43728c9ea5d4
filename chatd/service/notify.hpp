#pragma once

#include <chrono>
#include <span>
#include <string>

namespace chatd {

/// Tells the service manager that started this process something, in the words of sd_notify(3):
/// `READY=1` and the like, one a line.
/// @param descriptors  go along with it, copied; at most 253.
/// @return  whether somebody was told: false without such a manager, when it cannot be reached,
///          and in a build without libsystemd.
[[nodiscard]] bool notify_service_manager(const std::string& state,
                                          std::span<const int> descriptors = {}) noexcept;

/// How often, at least, the service manager wants to hear `WATCHDOG=1` from this process; 0 when
/// it does not.
[[nodiscard]] std::chrono::microseconds watchdog_interval() noexcept;

} // namespace chatd
