#pragma once

#include "loop_core.hpp"

// What is asked of a channel after each of its events: small enough to stand in place.
namespace reactor::detail {

inline bool loop_core::wants_read(const slot& s) noexcept {
    constexpr auto unwilling =
        flag::paused | flag::input_ended | flag::eof_pending | flag::ending | flag::holds_input;
    return !s.has(unwilling) && s.channel->readable();
}

inline bool loop_core::wants_write(const slot& s) noexcept { return s.channel->writable(); }

inline interest loop_core::wanted(const slot& s) noexcept {
    constexpr auto otherwise = flag::connecting | flag::accepting | flag::lingering;
    if (s.has(flag::connected | flag::datagram) && !s.has(otherwise)) [[likely]] // so it is open
        return {.read = wants_read(s), .write = wants_write(s)};
    return wanted_otherwise(s);
}

/// Whether it may stay as the kernel was told.  Output is nearly always possible, so an unwanted
/// write interest fires at once; an unwanted read interest seldom does, and by then it may be
/// wanted again.  But a resting listener is readable for certain.
inline bool loop_core::suffices(const slot& s, interest now) noexcept {
    const bool read_suffices =
        now.read ? s.has(flag::armed_read) : !(s.has(flag::armed_read) && s.has(flag::resting));
    return read_suffices && now.write == s.has(flag::armed_write) && s.has(flag::in_set);
}

inline void loop_core::ask(std::uint32_t index, const slot& s) {
    ++counters_.asked;
    if (const auto now = wanted(s); !suffices(s, now)) [[unlikely]]
        tell_kernel(index, {.read = now.read || (s.has(flag::armed_read) && !s.has(flag::resting)),
                            .write = now.write});
}

} // namespace reactor::detail
