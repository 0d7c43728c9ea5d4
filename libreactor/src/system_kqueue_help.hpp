#pragma once

#include "system_help.hpp"

#include <sys/types.h>

#include <sys/event.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <type_traits>

// Between the library's small event and the system's, of which there are two layouts.
namespace reactor::system {

/// The system's number of a filter; none where it lacks it.
inline std::optional<int> native_filter(kqueue_filter filter) noexcept {
    switch (filter) {
    case kqueue_filter::read:
        return EVFILT_READ;
    case kqueue_filter::write:
        return EVFILT_WRITE;
    case kqueue_filter::urgent:
#if defined(EVFILT_EXCEPT) && defined(NOTE_OOB)
        return EVFILT_EXCEPT;
#else
        break;
#endif
    case kqueue_filter::user:
#ifdef EVFILT_USER
        return EVFILT_USER;
#else
        break;
#endif
    }
    return std::nullopt;
}

inline unsigned native_note(kqueue_filter filter) noexcept {
#if defined(EVFILT_EXCEPT) && defined(NOTE_OOB)
    if (filter == kqueue_filter::urgent)
        return NOTE_OOB;
#endif
    (void)filter;
    return 0;
}

inline kqueue_filter filter_of(int native) noexcept {
    for (const auto filter : {kqueue_filter::write, kqueue_filter::urgent, kqueue_filter::user})
        if (native_filter(filter) == native)
            return filter;
    return kqueue_filter::read;
}

struct flag_pair {
    unsigned ours;
    unsigned native;
};
inline constexpr std::array flag_pairs{
    flag_pair{kqueue_flag::add, EV_ADD},     flag_pair{kqueue_flag::remove, EV_DELETE},
    flag_pair{kqueue_flag::clear, EV_CLEAR}, flag_pair{kqueue_flag::receipt, EV_RECEIPT},
    flag_pair{kqueue_flag::error, EV_ERROR}, flag_pair{kqueue_flag::end, EV_EOF},
};

/// A number as whatever type a field of the system has; its user data may be a pointer.
template <class Field>
void put(Field& field, std::uint64_t value) noexcept {
    if constexpr (std::is_pointer_v<Field>)
        field = reinterpret_cast<Field>(static_cast<std::uintptr_t>(value));
    else
        field = static_cast<Field>(value);
}

template <class Native>
Native to_native(const kqueue_event& change) noexcept {
    Native made{};
    unsigned flags = 0;
    for (const auto& [ours, native] : flag_pairs)
        flags |= (change.flags & ours) != 0 ? native : 0U;
    put(made.ident, static_cast<std::uint64_t>(change.fd));
    made.filter = static_cast<decltype(made.filter)>(native_filter(change.filter).value_or(0));
    made.flags = static_cast<decltype(made.flags)>(flags);
    made.fflags = native_note(change.filter);
    put(made.udata, change.mark);
    return made;
}

template <class Native>
kqueue_event from_native(const Native& given) noexcept {
    unsigned flags = 0;
    for (const auto& [ours, native] : flag_pairs)
        flags |= (given.flags & native) != 0 ? ours : 0U;
    kqueue_event event;
    event.fd = static_cast<int>(given.ident);
    event.filter = filter_of(given.filter);
    event.flags = static_cast<std::uint8_t>(flags);
    event.end_error = (flags & kqueue_flag::end) != 0 ? static_cast<int>(given.fflags) : 0;
    if constexpr (std::is_pointer_v<decltype(given.udata)>)
        event.mark = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(given.udata));
    else
        event.mark = static_cast<std::uint32_t>(given.udata);
    event.value = static_cast<std::int64_t>(given.data);
    return event;
}

/// Converts both ways around `call(changes, count, events, room)`.
template <class Native, class Call>
result converted(std::span<const kqueue_event> changes, std::span<kqueue_event> events,
                 Call call) noexcept {
    std::array<Native, kqueue_batch> asked;
    std::array<Native, kqueue_batch> given;
    if (changes.size() > asked.size())
        return {-1, EINVAL};
    std::transform(changes.begin(), changes.end(), asked.begin(), to_native<Native>);
    const auto room = std::min(events.size(), given.size());
    const auto waited = outcome(
        call(asked.data(), static_cast<int>(changes.size()), given.data(), static_cast<int>(room)));
    for (std::int64_t i = 0; i < waited.value; ++i)
        events[static_cast<std::size_t>(i)] =
            from_native<Native>(given[static_cast<std::size_t>(i)]);
    return waited;
}

} // namespace reactor::system
