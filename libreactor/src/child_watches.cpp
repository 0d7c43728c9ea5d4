#include "child_watches.hpp"

#include "guarded.hpp"
#include "loop_core.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace reactor::detail {

std::uint32_t child_watches::add(int pid, unique_function<void(int)> function) {
    // Both ways then refuse the same: a descriptor may stand for any process.
    if (const auto seen = system::peek_child(pid); pid <= 0 || !seen.ok())
        throw std::system_error(pid <= 0 ? ECHILD : seen.error, std::system_category(),
                                "reactor::child_watch");
    if (free_.empty()) {
        nodes_.emplace_back();
        if (free_.capacity() < nodes_.size()) // so that giving back never allocates
            free_.reserve(2 * nodes_.size());
        free_.push_back(static_cast<std::uint32_t>(nodes_.size() - 1));
    }
    const auto index = free_.back();
    watch(index, pid);
    free_.pop_back();
    nodes_[index].function = std::move(function);
    nodes_[index].pid = pid;
    ++pending_;
    return index;
}

void child_watches::watch(std::uint32_t index, int pid) {
    node& n = nodes_[index];
    if (const auto opened = system::pidfd_open(pid); opened.ok()) {
        n.fd.reset(static_cast<int>(opened.value));
        if (!core_->watch_child(n.fd.get(), index))
            return;
        n.fd.reset();
    }
    core_->signal_watch().watch_children();
}

void child_watches::cancel(std::uint32_t index) noexcept {
    node& n = nodes_[index];
    if (n.pid == nobody)
        return;
    n.pid = nobody;
    --pending_;
    if (n.fd && core_ != nullptr)
        core_->unwatch(n.fd.get());
    n.fd.reset();
}

void child_watches::remove(std::uint32_t index) noexcept {
    cancel(index);
    free_.push_back(index);
    // Last: destroying what the function holds may come back here.
    auto function = std::move(nodes_[index].function);
}

void child_watches::check_usage() const noexcept {
    if (core_ != nullptr)
        core_->check_usage("child_watch");
}

void child_watches::serve(std::uint32_t index) {
    if (index >= nodes_.size() || nodes_[index].pid == nobody)
        return; // cancelled earlier in this batch
    int status = 0;
    const auto waited = system::wait_child(nodes_[index].pid, status);
    if ((waited.ok() && waited.value == 0) || waited.error == EINTR)
        return; // runs still; or is reported again
    cancel(index);
    // The function may destroy its own watch, so it runs outside its node.
    auto function = std::move(nodes_[index].function);
    core_->guarded("child_watch", [&] {
        if (function)
            function(waited.ok() ? status : -1);
    });
}

void child_watches::serve_all() {
    for (std::uint32_t index = 0; index < nodes_.size(); ++index)
        if (!nodes_[index].fd)
            serve(index);
}

void child_watches::watch_again() {
    for (std::uint32_t index = 0; index < nodes_.size(); ++index)
        if (nodes_[index].fd && core_->watch_child(nodes_[index].fd.get(), index)) {
            nodes_[index].fd.reset(); // then the other way
            core_->signal_watch().watch_children();
        }
}

void child_watches::abandon() noexcept {
    for (std::uint32_t index = 0; index < nodes_.size(); ++index)
        cancel(index);
}

void child_watches::close() noexcept {
    abandon();
    core_ = nullptr;
}

} // namespace reactor::detail
