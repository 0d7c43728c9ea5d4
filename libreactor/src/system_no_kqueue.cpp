#include "system_help.hpp"

// Where there is no kqueue.
namespace reactor::system {

result kqueue_create() noexcept { return {-1, ENOSYS}; }

bool kqueue_knows(kqueue_filter) noexcept { return false; }

result kevent(int, std::span<const kqueue_event>, std::span<kqueue_event>, wait_limit) noexcept {
    return {-1, ENOSYS};
}

result kqueue_trigger(int) noexcept { return {-1, ENOSYS}; }

} // namespace reactor::system
