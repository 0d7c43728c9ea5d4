// A build without libsystemd.
#include "chatd/service/notify.hpp"

namespace chatd {

bool notify_service_manager(const std::string& /*state*/,
                            std::span<const int> /*descriptors*/) noexcept {
    return false;
}

std::chrono::microseconds watchdog_interval() noexcept { return {}; }

} // namespace chatd
