#pragma once

#include <reactor/export.hpp>
#include <reactor/fwd.hpp>
#include <reactor/unique_function.hpp>

#include <sys/types.h>

#include <cstdint>
#include <memory>

namespace reactor {

namespace detail {
class child_watches;
} // namespace detail

/// Calls a function on the loop's thread when a child process has ended.  Move-only; destroying it
/// cancels.
///
/// The child is waited for by its own number (waitpid), never any other, so that code which waits
/// for its own children is left alone; from then on the number is free for a new process. Cancelled
/// in time, the child stays for somebody else to wait for.  Children are watched by a descriptor of
/// their own (pidfd) where the system has such; else, and when there is no descriptor left, the
/// loop takes SIGCHLD, as `loop::on_signal` would, and keeps it until it is destroyed: then only
/// one loop of the process can watch children.  A pending watch keeps the loop running.  Must not
/// be used on another thread; one that outlives its loop is inactive, and so is the parent's in a
/// forked child. asyncore had nothing like it.
class REACTOR_EXPORT child_watch {
public:
    /// `function` gets the status as waitpid(2) gives it, for WIFEXITED, WEXITSTATUS and so on; -1,
    /// for which none of these holds, when something else waited for the child first (SIGCHLD
    /// ignored does, too). It comes once, in the dispatch step, never inside this call, also when
    /// the child has ended already; what it throws goes to `loop::on_error`.
    /// @throws std::system_error  no_child_process: `pid` is no child of this process, or was
    /// waited
    ///         for already; device_or_resource_busy: another loop has SIGCHLD and is needed here.
    child_watch(loop& owner, ::pid_t pid, unique_function<void(int)> function);
    /// Takes the watch over; the other is inactive afterwards.
    child_watch(child_watch&& other) noexcept;
    /// The same; what was watched before is cancelled.
    child_watch& operator=(child_watch&& other) noexcept;
    /// As `cancel`.
    ~child_watch();

    /// The function does not come any more.
    void cancel() noexcept;
    /// The function is still to come.
    [[nodiscard]] bool pending() const noexcept;

private:
    std::shared_ptr<detail::child_watches> watches_; // outlives the loop with the last of them
    std::uint32_t node_ = 0;
};

} // namespace reactor
