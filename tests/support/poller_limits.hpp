#pragma once

#include "system.hpp"

#include <reactor/loop.hpp>

#include <string_view>

namespace support {

/// What a case needs that not every poller gives.
enum class need { nothing, urgent_data, late_errors, devices };

/// Why a case with this need cannot hold on the loop's poller; empty if it can.
inline std::string_view missing(need what, const reactor::loop& loop) {
    if (std::string_view(loop.poller_name()) != "kqueue")
        return {};
    if (what == need::urgent_data &&
        !reactor::system::kqueue_knows(reactor::system::kqueue_filter::urgent))
        return "this kqueue has no filter for urgent data";
#ifdef REACTOR_KQUEUE_SHIM
    if (what == need::late_errors)
        return "a kqueue library takes a socket's error by telling it, wanted or not";
    if (what == need::devices)
        return "a kqueue library neither watches such a device nor refuses it";
#endif
    return {};
}

} // namespace support
