#include "system_help.hpp"

namespace reactor::system {

result poll(std::span<pollfd> entries, wait_limit limit) noexcept {
    const auto time = to_timespec(limit.value_or(std::chrono::nanoseconds{0}));
    return outcome(::ppoll(entries.data(), static_cast<nfds_t>(entries.size()),
                           limit ? &time : nullptr, nullptr));
}

} // namespace reactor::system
