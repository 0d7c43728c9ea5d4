#include <reactor/socket_options.hpp>

#include "system.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <climits>

namespace reactor {

namespace {

#if defined(TCP_KEEPIDLE)
constexpr int keep_alive_idle = TCP_KEEPIDLE;
#else
constexpr int keep_alive_idle = TCP_KEEPALIVE; // what macOS calls it
#endif

#if defined(TCP_USER_TIMEOUT)
constexpr int user_timeout = TCP_USER_TIMEOUT;
#else
constexpr int user_timeout = -1;               // no such option: ENOPROTOOPT
#endif

std::error_code set_int(int fd, int level, int name, int value) noexcept {
    return {system::setsockopt(fd, level, name, &value, sizeof value).error,
            std::system_category()};
}

} // namespace

std::error_code set_no_delay(int fd, bool on) noexcept {
    return set_int(fd, IPPROTO_TCP, TCP_NODELAY, on ? 1 : 0);
}

std::error_code set_not_sent_low_water(int fd, std::size_t bytes) noexcept {
    const auto limited =
        system::limit_unsent(fd, static_cast<int>(std::min<std::size_t>(bytes, INT_MAX)));
    return {limited.error, std::system_category()};
}

std::error_code set_keep_alive(int fd, std::chrono::seconds idle, std::chrono::seconds interval,
                               int probes) noexcept {
    if (const auto ec = set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1))
        return ec;
    if (const auto ec = set_int(fd, IPPROTO_TCP, keep_alive_idle, static_cast<int>(idle.count())))
        return ec;
    if (const auto ec = set_int(fd, IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(interval.count())))
        return ec;
    return set_int(fd, IPPROTO_TCP, TCP_KEEPCNT, probes);
}

std::error_code set_user_timeout(int fd, std::chrono::milliseconds limit) noexcept {
    return set_int(fd, IPPROTO_TCP, user_timeout, static_cast<int>(limit.count()));
}

std::error_code set_v6_only(int fd, bool on) noexcept {
    return set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, on ? 1 : 0);
}

} // namespace reactor
