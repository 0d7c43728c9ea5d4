#pragma once

#include <cstdint>

namespace reactor {

namespace detail {
class loop_core;
} // namespace detail

/// A weak reference to an open channel: trivially copyable, never dangling, usable as a value in
/// any thread.
///
/// It is stale from the moment its channel is closed or destroyed.  Resolve it on the loop's thread
/// with `loop::find`, or from another one with `loop_handle::post(ref, fn)`.
class channel_ref {
public:
    /// Refers to nothing.
    constexpr channel_ref() noexcept = default;

    /// False only for a reference that never referred to a channel; true says nothing about its
    /// being open.
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return loop_id_ != 0; }

    friend constexpr bool operator==(const channel_ref&, const channel_ref&) noexcept = default;

private:
    friend class detail::loop_core;
    constexpr channel_ref(std::uint64_t loop_id, std::uint32_t index,
                          std::uint32_t generation) noexcept
        : loop_id_(loop_id), index_(index), generation_(generation) {}

    std::uint64_t loop_id_ = 0;
    std::uint32_t index_ = 0;
    std::uint32_t generation_ = 0;
};

} // namespace reactor
