#pragma once

#include <reactor/export.hpp>
#include <reactor/sim/call.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace reactor::sim {

namespace detail {
class fault_plan;
class kernel;
} // namespace detail

/// For `fault_when::fd`: whatever the descriptor.
inline constexpr int any_fd = -1;
/// For `fault_when::times`: never used up.
inline constexpr std::size_t always = std::numeric_limits<std::size_t>::max();

/// Which calls a fault hits.
struct fault_when {
    std::size_t nth =
        1; ///< The first call hit, counted from now among those on `fd`; 1 is the next.
    std::size_t times = 1;  ///< How often, from then on; `always` for every call.
    int fd = any_fd;        ///< Only calls on this descriptor; for epoll_ctl the one to be watched.
    double chance = 1.0;    ///< How likely each such call is hit, drawn from the world's seed.
    bool performed = false; ///< The call has its effect and reports the error all the same.
};

/// What goes wrong in a world, and when.  A call is hit by the first fault that fits it; faults
/// stand until they have hit `times` calls.
class REACTOR_EXPORT faults {
public:
    /// The call has no effect (but see `fault_when::performed`) and gives `error`, an errno.
    void fail(call which, int error, const fault_when& when = {});
    /// recv, send, sendmsg, read and write move `bytes` at most; recvmmsg and sendmmsg so many
    /// datagrams.
    void shorten(call which, std::size_t bytes, const fault_when& when = {});
    /// The call has no effect and gives `value`: 0 from a send that took nothing, say.
    void give(call which, std::int64_t value, const fault_when& when = {});
    /// Forgets all faults.
    void clear() noexcept;

    /// Faults that still stand; 0 once all have hit as often as they should.
    [[nodiscard]] std::size_t standing() const noexcept;
    /// Calls hit so far.
    [[nodiscard]] std::uint64_t hits() const noexcept;

private:
    friend class detail::kernel;
    explicit faults(detail::fault_plan& plan) noexcept : plan_(&plan) {}

    detail::fault_plan* plan_;
};

} // namespace reactor::sim
