#include "system_help.hpp"

namespace reactor::system {

result pidfd_open(int) noexcept { return {-1, ENOSYS}; }

} // namespace reactor::system
