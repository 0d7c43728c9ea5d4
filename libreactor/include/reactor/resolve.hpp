#pragma once

#include <reactor/endpoint.hpp>
#include <reactor/export.hpp>
#include <reactor/fwd.hpp>
#include <reactor/host_port.hpp>
#include <reactor/unique_function.hpp>

#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace reactor {

namespace detail {
struct lookup_state;
} // namespace detail

/// The category of what a look-up of a name says went wrong, named "lookup": its values are the
/// system's EAI_* (EAI_NONAME: there is no such name), its texts the system's.  EAI_AGAIN equals
/// std::errc::resource_unavailable_try_again.  Other errors of look-ups are system error codes.
[[nodiscard]] REACTOR_EXPORT const std::error_category& lookup_category() noexcept;

/// Gets what a look-up found, in the order in which the addresses should be tried (RFC 6724), each
/// with the port that was asked for; at least one when `ec` is empty, else none.
using lookup_function = unique_function<void(std::error_code ec, std::vector<endpoint> addresses)>;

/// A look-up under way; destroying it cancels: the function is destroyed and never called then.
///
/// Move-only.  Belongs to the loop's thread, and may be destroyed inside its own function.  One
/// that outlives its loop is never answered.
class REACTOR_EXPORT lookup {
public:
    /// Nothing under way.
    lookup() noexcept = default;
    /// Takes the look-up over; the other has none under way afterwards.
    lookup(lookup&& other) noexcept : state_(std::move(other.state_)) {}
    /// Cancels what is held, then holds what `other` held.
    lookup& operator=(lookup&& other) noexcept;
    /// Cancels, as `cancel` does.
    ~lookup() { cancel(); }

    /// The function will not be called any more; it is destroyed before this returns.
    void cancel() noexcept;
    /// The function is still to be called.
    [[nodiscard]] bool pending() const noexcept;

private:
    friend REACTOR_EXPORT lookup resolve(loop& owner, host_port target, lookup_function function);
    lookup(loop& owner, host_port target, lookup_function function);

    std::shared_ptr<detail::lookup_state> state_;
};

/// Looks the addresses of a host up without holding the loop up, and calls `function` with them
/// once, on the loop's thread, in the posts step of a later iteration, never inside this call.
/// What it throws goes to `loop::on_error`.
///
/// An address needs no look-up; a name is looked up by the system (getaddrinfo, so /etc/hosts
/// counts) on a thread of its own, at most 8 at a time for one loop; more wait for their turn.  A
/// pending look-up is work: `loop::run` does not return.  Neither cancelling nor destroying the
/// loop waits for the thread: it ends by itself when the system gives up on the name, and touches
/// nothing of the loop by then.  A forked child
/// (`loop::after_fork_child`) begins its look-ups again.  There is no time limit but the system's:
/// use a `timer`, or the time-out of `dispatcher::connect`.  asyncore looked names up inside
/// `connect` and stood still.
[[nodiscard]] REACTOR_EXPORT lookup resolve(loop& owner, host_port target,
                                            lookup_function function);

} // namespace reactor
