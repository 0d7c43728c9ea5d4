#include "chatd/tcp_options.hpp"

#include <reactor/socket_options.hpp>

#include <chrono>

namespace chatd {

namespace {

std::error_code set_keep_alive(int fd, const keep_alive_limits& probing) noexcept {
    return reactor::set_keep_alive(fd, probing.idle, probing.interval,
                                   static_cast<int>(probing.probes));
}

std::error_code set_user_timeout(int fd, std::chrono::nanoseconds limit) noexcept {
    return reactor::set_user_timeout(fd, std::chrono::ceil<std::chrono::milliseconds>(limit));
}

} // namespace

std::error_code set_tcp_options(int fd, const limits& limit) noexcept {
    std::error_code failed = reactor::set_no_delay(fd, true);
    const auto note = [&failed](std::error_code ec) { failed = ec ? ec : failed; };
    note(set_keep_alive(fd, limit.keep_alive));
    if (limit.user_timeout.count() > 0)
        note(set_user_timeout(fd, limit.user_timeout));
    note(reactor::set_not_sent_low_water(fd, limit.soft_limit));
    return failed;
}

std::error_code change_tcp_options(int fd, const limits& before, const limits& limit) noexcept {
    std::error_code failed;
    const auto note = [&failed](std::error_code ec) { failed = ec ? ec : failed; };
    if (limit.keep_alive != before.keep_alive)
        note(set_keep_alive(fd, limit.keep_alive));
    if (limit.user_timeout != before.user_timeout)
        note(set_user_timeout(fd, limit.user_timeout)); // 0 is the system's own limit there, too
    if (limit.soft_limit != before.soft_limit)
        note(reactor::set_not_sent_low_water(fd, limit.soft_limit));
    return failed;
}

} // namespace chatd
