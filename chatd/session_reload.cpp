#include "chatd/server.hpp"
#include "chatd/session.hpp"
#include "chatd/tcp_options.hpp"

#include <algorithm>

namespace chatd {

void session::limits_changed(const limits& before) {
    const limits& after = server_.limit();
    apply_limits();
    const auto time = now();
    lines_.change_rate(before.flood.of_lines(), after.flood.of_lines(), time);
    bytes_.change_rate(before.flood.of_bytes(), after.flood.of_bytes(), time);
    if ((state_ == state::connected || state_ == state::claiming) &&
        after.login_timeout != before.login_timeout)
        move_login_deadline(before.login_timeout, after.login_timeout);
    (void)change_tcp_options(fileno(), before, after); // fails on UNIX sockets, which have none
    update_deadline();                                 // what it waits for may be there already
}

void session::move_login_deadline(std::chrono::nanoseconds before, std::chrono::nanoseconds after) {
    if (after.count() == 0)
        phase_end_ = std::chrono::nanoseconds::max();
    else if (before.count() == 0)
        phase_end_ = now() + after;
    else if (after > before)
        phase_end_ += after - before;
    else
        phase_end_ = std::min(phase_end_, now() + after); // nobody is late by a reload
}

} // namespace chatd
