#include "child_watches.hpp"
#include "loop_core.hpp"

#include <reactor/child_watch.hpp>
#include <reactor/loop.hpp>

#include <utility>

namespace reactor {

child_watch::child_watch(loop& owner, ::pid_t pid, unique_function<void(int)> function)
    : watches_(owner.core_->children()) {
    watches_->check_usage();
    node_ = watches_->add(pid, std::move(function));
}

child_watch::child_watch(child_watch&& other) noexcept = default;

child_watch& child_watch::operator=(child_watch&& other) noexcept {
    child_watch former(std::move(other)); // takes ours along and cancels it
    std::swap(watches_, former.watches_);
    std::swap(node_, former.node_);
    return *this;
}

child_watch::~child_watch() {
    if (!watches_)
        return;
    watches_->check_usage();
    watches_->remove(node_);
}

void child_watch::cancel() noexcept {
    if (!watches_)
        return;
    watches_->check_usage();
    watches_->cancel(node_);
}

bool child_watch::pending() const noexcept { return watches_ && watches_->pending(node_); }

} // namespace reactor
