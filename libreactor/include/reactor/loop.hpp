#pragma once

#include <reactor/channel_ref.hpp>
#include <reactor/counters.hpp>
#include <reactor/export.hpp>
#include <reactor/flight_recorder.hpp>
#include <reactor/fwd.hpp>
#include <reactor/loop_options.hpp>
#include <reactor/unique_function.hpp>

#include <chrono>
#include <concepts>
#include <csignal> // the names that on_signal takes
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

namespace reactor {

namespace detail {
class post_queue;
} // namespace detail

/// What other threads hold of a loop: copyable, and safe to use when the loop is long gone.
class REACTOR_EXPORT loop_handle {
public:
    /// Runs `function` on the loop's thread, in the posts step, in order of arrival.  False when
    /// the loop is gone; then `function` is destroyed unrun.  Costs a system call only while the
    /// loop is blocked. What the function throws goes to `loop::on_error`.
    bool post(unique_function<void()> function) const;
    /// The same, but `function(dispatcher&)` runs only if that channel is still open by then.
    template <std::invocable<dispatcher&> F>
    bool post(channel_ref ref, F function) const;
    /// `loop::spawn<T>(args...)` on the loop's thread, in its posts step: hands a connection that
    /// another loop accepted, or `detach` gave, on to this one.
    ///
    /// The arguments are kept by value until then, and passed as rvalues; std::ref passes a
    /// reference to what is safe to use there.  False when the loop is gone.  What T's constructor
    /// throws goes to `loop::on_error`.  A descriptor among the arguments is closed in both cases,
    /// and when the loop is destroyed before it came to it.
    template <std::derived_from<dispatcher> T, class... Args>
    requires std::constructible_from<T, loop&, std::decay_t<Args>...>
    bool spawn(Args&&... args) const;
    /// As `loop::stop`.
    void stop() const noexcept;

private:
    friend class loop;
    explicit loop_handle(std::shared_ptr<detail::post_queue> queue) noexcept
        : queue_(std::move(queue)) {}
    [[nodiscard]] static dispatcher* resolve(detail::post_queue& queue, channel_ref ref) noexcept;
    // From inside a post: only a live loop runs what was posted to it.
    [[nodiscard]] static loop& owner(detail::post_queue& queue) noexcept;

    std::shared_ptr<detail::post_queue> queue_;
};

/// One event loop: it waits for descriptors and calls their channels.
///
/// One iteration is: wait, dispatch what the kernel reported, posted functions, due timers,
/// channels with held input, closes, flush, re-ask changed channels, destroy.  What was pushed in
/// an iteration has been offered to the kernel before it ends.  Each step has its budget
/// (`loop_options`); what is over goes first next time, and then nothing waits.
///
/// A loop and its channels, timers and broadcasts belong to the thread that runs it.  Others may
/// call `post`, `stop` and `handle` while it lives, and `post`, `spawn` and `stop` of a
/// `loop_handle`, which outlives it: nothing else.  Loops share nothing: a program may run one in
/// each of its threads.  asyncore's `loop()` and its socket map are this class.
class REACTOR_EXPORT loop {
public:
    /// Throws std::system_error when the kernel gives no set or wake-up descriptor,
    /// std::invalid_argument for an unknown `REACTOR_POLLER`.
    explicit loop(loop_options options = {});
    /// Destroys the channels it owns; closes and detaches the others: calls on those fail with
    /// `not_connected`. No handler is called.  Not while it runs: then the process is aborted, as
    /// the iteration under way would go on in freed memory.
    ~loop();
    loop(const loop&) = delete;
    loop& operator=(const loop&) = delete;

    /// Iterates until no work is left or `stop`.  Work is: open channels, whatever they watch,
    /// pending timers that are not background, look-ups and `child_watch`es under way,
    /// posted functions, `descriptor_watch`es, `work_guard`s.
    /// @param timeout  caps each single wait, as asyncore's did; empty: no cap; negative: 0.
    /// @param count    number of iterations at most; empty: no limit; 0: none. Throws
    /// std::system_error(errc::nested_run) from inside a callback or while another thread runs it,
    /// errc::forked in a forked child.
    void run(std::optional<std::chrono::nanoseconds> timeout = {},
             std::optional<std::size_t> count = {});
    /// One iteration, waiting at most `timeout` (negative: 0); also when there is no work.  It does
    /// not clear a `stop`, and does not wait while there is one.  Errors as `run`.
    void run_once(std::optional<std::chrono::nanoseconds> timeout = std::chrono::nanoseconds{0});
    /// Makes `run` return at the end of the iteration under way.  Before `run` it makes the next
    /// one do a single iteration that does not wait.  Any thread; returning from `run` clears it.
    void stop() noexcept;
    /// Whether `run` would go on; see there what work is.
    [[nodiscard]] bool has_work() const noexcept;
    /// Makes the loop this process's own in a forked child, which shares the kernel's set and the
    /// wake-up with its parent until then: both are made anew for the same channels, and the
    /// parent's stay as they are.  Timers, posts and signals go on in both; signals that arrived
    /// before the fork are the parent's; `child_watch`es are inactive, as the children are the
    /// parent's. Channels share their sockets with the parent's: close in each process what the
    /// other serves.
    ///
    /// Without it, a forked child may only destroy the loop and its channels (harmless to the
    /// parent): `run` fails with errc::forked, and the audit reports all other use.  Fork while no
    /// other thread posts; a fork inside a callback calls this before the callback returns.
    /// Nothing happens in the process that the loop belongs to.  Throws std::system_error when the
    /// kernel gives no set or wake-up descriptor; the loop can then only be destroyed.
    void after_fork_child();

    /// As `loop_handle::post`; any thread while the loop lives.  An empty function does nothing.
    bool post(unique_function<void()> function);
    /// As `loop_handle::post` to a channel; any thread while the loop lives.
    template <std::invocable<dispatcher&> F>
    bool post(channel_ref ref, F function) {
        return handle().post(ref, std::move(function));
    }
    /// What other threads take of this loop: it may outlive it.
    [[nodiscard]] loop_handle handle() const noexcept;

    /// Makes a channel that the loop owns: it is destroyed at the end of the iteration in which it
    /// closed. The constructor gets this loop first, then `args`; what it throws comes through.
    template <std::derived_from<dispatcher> T, class... Args>
    T& spawn(Args&&... args) {
        auto channel = std::make_unique<T>(*this, std::forward<Args>(args)...);
        T& made = *channel;
        adopt(std::move(channel));
        return made;
    }
    /// Gives a channel of this loop to the loop, as `spawn` does.  std::invalid_argument for null
    /// and for another loop's channel, which is destroyed.
    void adopt(std::unique_ptr<dispatcher> channel);

    /// The channel, or null when it is closed or destroyed.  Loop's thread.
    [[nodiscard]] dispatcher* find(channel_ref ref) const noexcept;
    /// Calls `function` for each open channel, in no particular order; it may close or destroy any,
    /// and open others (which it may or may not meet).
    void for_each(unique_function<void(dispatcher&)> function);
    /// Closes every channel that is open now with `reason`; `handle_close` comes for each as
    /// always.
    void close_all(std::error_code reason = {});
    /// Open channels.
    [[nodiscard]] std::size_t size() const noexcept;

    /// Calls `function` on the loop's thread some time after each arrival of `signal`; several
    /// arrivals may give one call.  The former action is restored when the loop is destroyed or
    /// `function` is empty, which waits for a handler of the signal that is at work in another
    /// thread.  One loop of the process owns a signal:
    /// std::system_error(device_or_resource_busy) else.
    void on_signal(int signal, unique_function<void()> function);
    /// Gets what escapes posted functions, timers, signal functions and `handle_accepted`.
    /// Default: a line on standard error.
    void on_error(unique_function<void(std::exception_ptr)> function);

    /// The time of the last wait's end (CLOCK_MONOTONIC).
    [[nodiscard]] std::chrono::nanoseconds now() const noexcept;
    /// What this loop has done so far.  Loop's thread.
    [[nodiscard]] const struct counters& counters() const noexcept;
    /// What the last iterations did, and what goes on now.
    [[nodiscard]] const flight_recorder& recorder() const noexcept;
    /// `epoll`, `kqueue` or `poll`.
    [[nodiscard]] const char* poller_name() const noexcept;
    /// Memory held by pending output: private buffers and broadcast chunks.
    [[nodiscard]] std::size_t output_memory() const noexcept;

private:
    friend class child_watch;
    friend class descriptor_watch;
    friend class dispatcher;
    friend class broadcast;
    friend class lookup;
    friend class shared_text;
    friend class timer;
    friend class work_guard;

    std::unique_ptr<detail::loop_core> core_;
};

template <std::invocable<dispatcher&> F>
bool loop_handle::post(channel_ref ref, F function) const {
    return post([queue = queue_.get(), ref, f = std::move(function)]() mutable {
        // The queue outlives this call: only a live loop runs what was posted to it.
        if (dispatcher* channel = resolve(*queue, ref))
            f(*channel);
    });
}

template <std::derived_from<dispatcher> T, class... Args>
requires std::constructible_from<T, loop&, std::decay_t<Args>...>
bool loop_handle::spawn(Args&&... args) const {
    return post([queue = queue_.get(),
                 kept = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)]() mutable {
        std::apply([&](auto&... each) { owner(*queue).template spawn<T>(std::move(each)...); },
                   kept);
    });
}

} // namespace reactor
