#pragma once

namespace support {

/// Whether a sanitizer is in this program: then all takes ten times as long, and memory is its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif
#else
inline constexpr bool sanitized = false;
#endif

/// How often to do what is done very often to show how its cost grows: a tenth with a sanitizer.
template <class Count>
constexpr Count often(Count count) {
    return sanitized ? count / 10 : count;
}

} // namespace support
