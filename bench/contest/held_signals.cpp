#include "bench/contest/held_signals.hpp"

#include <ctime>

namespace contest {

held_signals::held_signals() {
    sigemptyset(&held_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGCHLD})
        sigaddset(&held_, number);
    ::sigprocmask(SIG_BLOCK, &held_, &before_);
}

held_signals::~held_signals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

void held_signals::wait(std::chrono::milliseconds limit) const {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(limit);
    timespec left{};
    left.tv_sec = seconds.count();
    left.tv_nsec = std::chrono::nanoseconds{limit - seconds}.count();
    const int number = ::sigtimedwait(&held_, nullptr, &left);
    if (number > 0 && number != SIGCHLD)
        throw interrupted{number};
}

} // namespace contest
