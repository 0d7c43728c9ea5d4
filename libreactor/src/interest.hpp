#pragma once

#include "loop_core.hpp"

// What is asked of a channel after each of its events: small enough to stand in place.
namespace reactor::detail {

inline bool loop_core::wants_read(const slot& s) noexcept {
    constexpr auto unwilling =
        flag::paused | flag::input_ended | flag::eof_pending | flag::ending | flag::holds_input;
    return !s.has(unwilling) && s.channel->readable();
}

inline bool loop_core::wants_write(const slot& s) noexcept {
    return !s.has(flag::write_ended) && s.channel->writable();
}

/// In the middle of its connection and with nothing beside its slot, as most channels are nearly
/// always: its predicates decide.
inline bool loop_core::is_connection(const slot& s) noexcept {
    constexpr auto states =
        flag::connected | flag::connecting | flag::accepting | flag::lingering | flag::extended;
    return (s.flags & states) == flag::connected; // and so it is open
}

/// A connection as `is_connection`, of which nothing but input is awaited, in no special state: the
/// kernel watches it for reading, and if it does not want to write nothing is to be changed (an
/// unwanted read interest may stay until it fires).
inline bool loop_core::is_reading(const slot& s) noexcept {
    constexpr auto states = flag::connected | flag::connecting | flag::accepting | flag::lingering |
                            flag::extended | flag::paused | flag::input_ended | flag::eof_pending |
                            flag::ending | flag::holds_input | flag::write_ended | flag::in_set |
                            flag::armed_read | flag::armed_write;
    return (s.flags & states) == (flag::connected | flag::in_set | flag::armed_read);
}

inline void loop_core::ask(std::uint32_t index, const slot& s) {
    if (!is_connection(s)) [[unlikely]] {
        ask_otherwise(index);
        return;
    }
    ++counters_.asked;
    const interest now{.read = wants_read(s), .write = wants_write(s)};
    // Output is nearly always possible, so an unwanted write interest fires at once; an unwanted
    // read interest seldom does, and by then it may be wanted again.
    const bool read_suffices = s.has(flag::armed_read) || !now.read;
    if (!read_suffices || now.write != s.has(flag::armed_write) || !s.has(flag::in_set))
        [[unlikely]]
        tell_kernel(index, {.read = now.read || s.has(flag::armed_read), .write = now.write});
}

} // namespace reactor::detail
