#pragma once

#include <chrono>

namespace reactor::detail {

/// A call of user code that is timed: small enough to be passed in registers.
struct timed_callback {
    const char* outer = nullptr; // a callback of a listener may hold another one
    std::chrono::nanoseconds began{};
};

} // namespace reactor::detail
