#include "chatd/service/notify.hpp"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace chatd {

bool notify_service_manager(const std::string& state, std::span<const int> descriptors) noexcept {
    return ::sd_pid_notify_with_fds(0, 0, state.c_str(), descriptors.data(),
                                    static_cast<unsigned>(descriptors.size())) > 0;
}

std::chrono::microseconds watchdog_interval() noexcept {
    std::uint64_t usec = 0;
    return std::chrono::microseconds{::sd_watchdog_enabled(0, &usec) > 0 ? usec : 0};
}

} // namespace chatd
