#include "call_log.hpp"

#include <algorithm>
#include <cstdio>
#include <system_error>

namespace reactor::sim {

const char* name_of(call which) noexcept {
    static constexpr std::array<const char*, call_count> names{
        "monotonic_now",
        "process_id",
        "interface_index",
        "start_lookup",
        "pidfd_open",
        "peek_child",
        "wait_child",
        "open_reserve",
        "close",
        "set_nonblocking",
        "set_close_on_exec",
        "socket",
        "bind",
        "listen",
        "connect",
        "accept",
        "shutdown",
        "getsockname",
        "getpeername",
        "setsockopt",
        "getsockopt",
        "recv",
        "send",
        "sendmsg",
        "recvfrom",
        "sendto",
        "recvmmsg",
        "sendmmsg",
        "duplicate",
        "access_mode",
        "file_type",
        "is_terminal",
        "read",
        "write",
        "epoll_create",
        "epoll_ctl",
        "epoll_wait",
        "kqueue_create",
        "kevent",
        "kevent_change",
        "poll",
        "wake_create",
        "wake_signal",
        "wake_drain",
    };
    return names[static_cast<std::size_t>(which)];
}

namespace detail {

void call_log::count(call which, int fd) {
    const auto column = static_cast<std::size_t>(which);
    ++totals_[column];
    if (fd < 0)
        return;
    const auto row = static_cast<std::size_t>(fd);
    if (row >= by_descriptor_.size() && row < 1'000'000)
        by_descriptor_.resize(row + 1);
    if (row < by_descriptor_.size())
        ++by_descriptor_[row][column];
}

void call_log::add(std::chrono::nanoseconds when, call which, int fd, std::size_t size,
                   result given) noexcept {
    records_[recorded_++ % kept] = {when, size, given, fd, which};
}

void call_log::reset_counts() noexcept {
    totals_ = {};
    by_descriptor_.clear();
}

std::uint64_t call_log::counted(call which) const noexcept {
    return totals_[static_cast<std::size_t>(which)];
}

std::uint64_t call_log::counted(call which, int fd) const noexcept {
    const auto row = static_cast<std::size_t>(fd);
    return fd < 0 || row >= by_descriptor_.size()
               ? 0
               : by_descriptor_[row][static_cast<std::size_t>(which)];
}

std::string call_log::text(std::size_t last) const {
    const std::size_t lines = std::min({last, kept, recorded_});
    std::string text;
    for (std::size_t i = recorded_ - lines; i < recorded_; ++i) {
        const record& r = records_[i % kept];
        char line[160];
        std::snprintf(line, sizeof line,
                      "%14.9f  %s(%d, %zu) = ", std::chrono::duration<double>(r.when).count(),
                      name_of(r.which), r.fd, r.size);
        text += line;
        text += r.given.ok() ? std::to_string(r.given.value)
                             : std::generic_category().message(r.given.error);
        text += '\n';
    }
    return text;
}

} // namespace detail
} // namespace reactor::sim
