#pragma once

#include "usage_audit.hpp"
#include "wakeup.hpp"

#include <reactor/unique_function.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace reactor::detail {

class loop_core;

/// What other threads may touch of a loop: posted functions, the stop flag and the wake-up.  Shared
/// by the loop and its handles, so that it outlives the loop with the last of them.
class post_queue {
public:
    post_queue(loop_core& core, std::shared_ptr<usage_audit> usage)
        : usage_(std::move(usage)), core_(&core) {}

    // --- any thread ---
    bool post(unique_function<void()> function);
    void stop() noexcept;

    // --- the loop's thread ---
    /// Says that the loop is about to block.  False when there is work or a stop: then it must not.
    [[nodiscard]] bool begin_blocking() noexcept;
    void end_blocking() noexcept { blocked_.store(false, std::memory_order_relaxed); }
    [[nodiscard]] bool stopped() const noexcept { return stop_.load(std::memory_order_acquire); }
    void clear_stop() noexcept { stop_.store(false, std::memory_order_release); }
    [[nodiscard]] bool has_posts() const noexcept {
        return pending_.load(std::memory_order_acquire);
    }
    /// Moves what was posted so far to `out`.
    void take(std::vector<unique_function<void()>>& out);
    /// No function is accepted any more; those unrun are given to `out`.
    void close(std::vector<unique_function<void()>>& out) noexcept;
    /// Null once the loop is gone.
    [[nodiscard]] loop_core* core() const noexcept { return core_; }
    [[nodiscard]] wakeup& waker() noexcept { return wakeup_; }
    /// In a forked child.  Throws std::system_error.
    void renew_after_fork() {
        end_blocking();
        wakeup_.renew();
    }

private:
    void wake_if_blocked() noexcept;

    std::shared_ptr<usage_audit> usage_;
    wakeup wakeup_;
    std::mutex mutex_;
    std::vector<unique_function<void()>> functions_; // guarded by mutex_
    bool closed_ = false;                            // guarded by mutex_
    // A poster stores `pending_`, then loads `blocked_`; the loop stores `blocked_`, then loads
    // `pending_`: in the one order of all four that both threads see, at least one of them sees the
    // other's store.
    std::atomic<bool> pending_ = false;
    std::atomic<bool> stop_ = false;
    std::atomic<bool> blocked_ = false;
    loop_core* core_;
};

} // namespace reactor::detail
