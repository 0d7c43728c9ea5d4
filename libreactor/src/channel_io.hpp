#pragma once

#include "loop_core.hpp"

// The way of nearly all bytes: a call on the socket of a channel that has nothing beside its slot.
// Short enough to stand in place; all else is in channel_io.cpp.
namespace reactor::detail {

inline io_result loop_core::received(std::int64_t bytes) noexcept {
    ++counters_.reads;
    counters_.bytes_in += static_cast<std::uint64_t>(bytes);
    return {static_cast<std::size_t>(bytes), success_};
}

inline io_result loop_core::sent(std::int64_t bytes) noexcept {
    ++counters_.sends;
    counters_.bytes_out += static_cast<std::uint64_t>(bytes);
    return {static_cast<std::size_t>(bytes), success_};
}

} // namespace reactor::detail
