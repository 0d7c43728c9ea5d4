#include "post_queue.hpp"

#include <utility>

namespace reactor::detail {

bool post_queue::post(unique_function<void()> function) {
    usage_->check_shared("post");
    {
        const std::lock_guard lock(mutex_);
        if (closed_)
            return false;
        functions_.push_back(std::move(function));
        pending_.store(true, std::memory_order_seq_cst);
    }
    wake_if_blocked();
    return true;
}

void post_queue::stop() noexcept {
    stop_.store(true, std::memory_order_seq_cst);
    wake_if_blocked();
}

void post_queue::wake_if_blocked() noexcept {
    // Cleared by the first poster, so that one blocked wait costs one system call.
    if (blocked_.load(std::memory_order_seq_cst) &&
        blocked_.exchange(false, std::memory_order_seq_cst))
        wakeup_.signal();
}

bool post_queue::begin_blocking() noexcept {
    blocked_.store(true, std::memory_order_seq_cst);
    if (!pending_.load(std::memory_order_seq_cst) && !stop_.load(std::memory_order_seq_cst))
        return true;
    end_blocking();
    return false;
}

void post_queue::take(std::vector<unique_function<void()>>& out) {
    const std::lock_guard lock(mutex_);
    out.swap(functions_);
    pending_.store(false, std::memory_order_seq_cst);
}

void post_queue::close(std::vector<unique_function<void()>>& out) noexcept {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    core_ = nullptr;
    out.swap(functions_);
}

} // namespace reactor::detail
