#include "bench/chatload/plan.hpp"

#include <array>
#include <cstddef>

namespace chatload {

const char* to_string(workload kind) noexcept {
    constexpr std::array<const char*, workload_count> names = {
        "fan-out", "rooms", "ping", "churn", "idle", "stalled", "storm"};
    return names[static_cast<std::size_t>(kind)];
}

} // namespace chatload
