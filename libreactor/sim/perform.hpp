#pragma once

#include "kernel.hpp"

#include <cstddef>

namespace reactor::sim::detail {

/// One system call on the simulated world of this thread.
/// @param size      bytes offered or a telling number, for the trace.
/// @param function  does it: called with the kernel and the bytes that it may move at most.
template <class F>
system::result perform(call which, int fd, std::size_t size, F&& function) {
    kernel& world = kernel::current();
    return world.perform(which, fd, size,
                         [&](std::size_t at_most) { return function(world, at_most); });
}

} // namespace reactor::sim::detail
