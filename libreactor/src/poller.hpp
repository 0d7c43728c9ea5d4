#pragma once

#include "system.hpp"

#include <reactor/loop_options.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <system_error>
#include <vector>

namespace reactor::detail {

class wakeup;

/// What to watch a descriptor for.  Errors and hang-ups are watched always.
struct interest {
    bool read = false;
    bool write = false;
    bool urgent = true; ///< Urgent data together with reading.
    [[nodiscard]] bool any() const noexcept { return read || write; }
    friend bool operator==(const interest&, const interest&) noexcept = default;
};

/// What a report tells; `readiness::what` is a set of them.  The values are epoll's, so that its
/// reports need no translation.
namespace ready {
enum bits : std::uint32_t {
    read = 1,
    urgent = 2,
    write = 4,
    hang_up = 8 | 16, ///< Error or hang-up: only a receive or send tells which.
    refused = 32,     ///< The kernel does not watch the descriptor: `readiness::error` tells why.
};

[[nodiscard]] constexpr std::uint32_t when(bool on, bits which) noexcept {
    return on ? static_cast<std::uint32_t>(which) : 0;
}
} // namespace ready

/// One readiness report.  `tag` is what was given with the descriptor.
struct readiness {
    std::uint64_t tag = 0;
    std::uint32_t what = 0;
    /// The socket's error, where the report tells it: with some kqueues SO_ERROR is 0 by then.
    int socket_error = 0;
    int error = 0; ///< with ready::refused: its errno

    [[nodiscard]] bool has(std::uint32_t any) const noexcept { return (what & any) != 0; }
    void put(std::uint32_t bits, bool on) noexcept { what = on ? what | bits : what & ~bits; }
};

/// Asks the kernel, level-triggered, which descriptors are ready.  Asked once per iteration.
class poller {
public:
    virtual ~poller() = default;
    [[nodiscard]] virtual const char* name() const noexcept = 0;
    /// Watches `fd`; the set must not hold it.  A poller that tells the kernel only in the next
    /// wait reports a refusal there.
    [[nodiscard]] virtual std::error_code add(int fd, interest wanted, std::uint64_t tag) = 0;
    [[nodiscard]] virtual std::error_code modify(int fd, interest wanted, std::uint64_t tag) = 0;
    /// Must come before the descriptor is closed.
    virtual void remove(int fd) noexcept = 0;
    /// Watches what wakes a wait from outside.
    [[nodiscard]] virtual std::error_code add_wakeup(wakeup& waker, std::uint64_t tag);
    /// Waits at most `limit` and leaves in `out` what is ready, in place of what was there; an
    /// interrupted wait is an empty one.
    [[nodiscard]] virtual std::error_code wait(system::wait_limit limit,
                                               std::vector<readiness>& out) = 0;
    /// Forgets everything, also what the kernel still holds for closed descriptors.
    [[nodiscard]] virtual std::error_code rebuild() = 0;
    /// In a forked child, before `rebuild` or the end: lets go of the kernel's set without a change
    /// to it, as the parent goes on using it.  What is removed afterwards stays in the parent's.
    virtual void let_go() noexcept = 0;
};

/// Throws std::system_error when the kernel gives no set, std::invalid_argument for an unknown
/// REACTOR_POLLER and for a poller that this system does not have.
[[nodiscard]] std::unique_ptr<poller> make_poller(loop_options::poller_kind kind);

// epoll_poller.cpp, or no_epoll_poller.cpp where there is no epoll.
[[nodiscard]] bool has_epoll() noexcept;
/// Throws std::system_error.
[[nodiscard]] std::unique_ptr<poller> make_epoll_poller();
[[nodiscard]] std::unique_ptr<poller> make_kqueue_poller();

} // namespace reactor::detail
