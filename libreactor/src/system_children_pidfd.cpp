#include "system_help.hpp"

#include <sys/syscall.h>
#include <unistd.h>

namespace reactor::system {

result pidfd_open(int pid) noexcept { return outcome(::syscall(SYS_pidfd_open, pid, 0U)); }

} // namespace reactor::system
