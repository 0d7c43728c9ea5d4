#include "chatd/service/service_notices.hpp"

#include "chatd/service/notify.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace chatd {

namespace {

using std::chrono::microseconds;

/// As fresh as the status is without a watchdog.
constexpr std::chrono::seconds status_period{10};
/// So often within the watchdog's interval: one or two may come late.
constexpr int feedings = 3;

std::chrono::nanoseconds period() noexcept {
    const microseconds watched = watchdog_interval();
    return watched.count() > 0
               ? std::clamp<microseconds>(watched / feedings, microseconds{1}, status_period)
               : status_period;
}

/// The time as the manager reads its own clock.
std::string monotonic_usec() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::to_string(std::chrono::duration_cast<microseconds>(now).count());
}

} // namespace

service_notices::service_notices(reactor::loop& owner,
                                 reactor::unique_function<std::string()> status)
    : status_(std::move(status)),
      timer_(
          owner, [this] { tell_how_it_is(); }, reactor::timer::weight::background) {}

void service_notices::ready() {
    if (stopping_)
        return;
    last_status_ = status_();
    if (notify_service_manager("READY=1\nSTATUS=" + last_status_) && !timer_.pending())
        timer_.start_every(period());
}

void service_notices::reloading() {
    if (!stopping_)
        (void)notify_service_manager("RELOADING=1\nMONOTONIC_USEC=" + monotonic_usec());
}

void service_notices::stopping(const std::string& status) {
    stopping_ = true;
    (void)notify_service_manager("STOPPING=1\nSTATUS=" + status);
}

void service_notices::tell_how_it_is() {
    std::string state = "WATCHDOG=1";
    std::string status = stopping_ ? last_status_ : status_();
    if (status != last_status_)
        state.append("\nSTATUS=").append(status);
    last_status_ = std::move(status);
    (void)notify_service_manager(state);
}

} // namespace chatd
