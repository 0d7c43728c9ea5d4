#pragma once

#include "loop_core.hpp"

// The one boundary that no exception of a handler passes.
namespace reactor::detail {

template <class Call>
inline bool loop_core::guarded(std::uint32_t index, Call call) noexcept {
    return guarded(index, slots_[index], call);
}

template <class Call>
inline bool loop_core::guarded(std::uint32_t index, const slot& s, Call call) noexcept {
    if (!times_callbacks_) [[likely]]
        return contained(index, s, call);
    const auto timed = begin_callback(s.channel->class_name());
    const bool lives = contained(index, s, call);
    end_callback(timed);
    return lives;
}

template <class Call>
inline void loop_core::guarded(const char* name, Call call) noexcept {
    timed_callback timed;
    if (times_callbacks_) [[unlikely]]
        timed = begin_callback(name);
    try {
        call();
    } catch (...) {
        ++counters_.exceptions;
        report(std::current_exception());
    }
    if (times_callbacks_) [[unlikely]]
        end_callback(timed);
}

template <class Call>
inline bool loop_core::contained(std::uint32_t index, const slot& s, Call call) noexcept {
    const auto generation = s.generation; // another one after each close
    dispatcher* channel = s.channel;
    try {
        call(*channel);
    } catch (...) {
        handler_threw(index, channel);
    }
    return s.generation == generation;
}

} // namespace reactor::detail
