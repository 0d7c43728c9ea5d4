#pragma once

#include "loop_core.hpp"

// The way of nearly all bytes: a call on the socket of a channel that has nothing beside its slot.
// Short enough to stand in place; all else is in channel_io.cpp.
namespace reactor::detail {

inline io_result loop_core::receive_plain(std::uint32_t index, const slot& s,
                                          std::span<char> buffer) noexcept {
    const auto got = system::recv(s.fd, buffer, 0);
    if (!got.ok()) [[unlikely]]
        return receive_again(got.error, index, buffer);
    ++counters_.reads;
    counters_.bytes_in += static_cast<std::uint64_t>(got.value);
    return {static_cast<std::size_t>(got.value), success_};
}

inline io_result loop_core::send_plain(std::uint32_t index, const slot& s,
                                       std::string_view data) noexcept {
    const auto sent = system::send(s.fd, data.data(), data.size());
    if (!sent.ok()) [[unlikely]]
        return send_again(sent.error, index, data);
    ++counters_.sends;
    counters_.bytes_out += static_cast<std::uint64_t>(sent.value);
    return {static_cast<std::size_t>(sent.value), success_};
}

} // namespace reactor::detail
