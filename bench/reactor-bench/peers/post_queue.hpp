#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace reactor_bench {

/// Functions on their way to a loop's thread: for loops that can only be woken from other threads.
class post_queue {
public:
    /// Any thread.  Whether the loop is to be woken: nothing was on its way before.
    [[nodiscard]] bool push(std::function<void()> function) {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(function));
        return waiting_.size() == 1;
    }
    /// The loop's thread: runs what is there.
    void run() {
        {
            const std::lock_guard lock(mutex_);
            running_.swap(waiting_);
        }
        for (const auto& each : running_)
            each();
        running_.clear();
    }

private:
    std::mutex mutex_;
    std::vector<std::function<void()>> waiting_;
    std::vector<std::function<void()>> running_;
};

} // namespace reactor_bench
