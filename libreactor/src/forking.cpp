#include "child_watches.hpp"
#include "loop_core.hpp"

// A forked child shares its parent's descriptors, and so the kernel's set and the wake-up: what it
// did to them it would do to the parent.
namespace reactor::detail {

void loop_core::after_fork_child() {
    if (!usage_->forked())
        return;
    usage_->adopt_process();
    poller_->let_go();
    children_->abandon();
    files_.leave_flags_to_parent();
    signals_.forget_arrivals();
    posts_->renew_after_fork();
    rebuild_set();
    lookups_.begin_again();
    posts_->waker().signal(); // a signal that came between found no one to wake
}

void loop_core::unwatch(int fd) noexcept {
    if (usage_->forked())
        poller_->let_go(); // the parent goes on watching it
    else
        poller_->remove(fd);
}

std::error_code loop_core::watch_child(int fd, std::uint32_t node) noexcept {
    return poller_->add(fd, {.read = true}, tag_of(node, child_generation));
}

} // namespace reactor::detail
