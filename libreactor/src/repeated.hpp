#pragma once

#include "system.hpp"

#include <cerrno>

namespace reactor::detail {

/// Makes a call, again and again as long as a signal interrupts it.
template <class Call>
system::result repeated(Call call) noexcept {
    auto given = call();
    while (given.error == EINTR)
        given = call();
    return given;
}

} // namespace reactor::detail
