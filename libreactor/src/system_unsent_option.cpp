#include "system_help.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

namespace reactor::system {

result limit_unsent(int fd, int bytes) noexcept {
    return outcome(::setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes));
}

} // namespace reactor::system
