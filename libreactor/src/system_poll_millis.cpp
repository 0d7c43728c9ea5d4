#include "system_help.hpp"

// Twin of system_poll_fine.cpp.
namespace reactor::system {

result poll(std::span<pollfd> entries, wait_limit limit) noexcept {
    return outcome(
        ::poll(entries.data(), static_cast<nfds_t>(entries.size()), to_milliseconds(limit)));
}

} // namespace reactor::system
