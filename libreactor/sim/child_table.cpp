#include "child_table.hpp"

#include "epoll_bits.hpp"

#include <cerrno>
#include <string>
#include <utility>

namespace reactor::sim::detail {

namespace {

class sim_pidfd final : public description {
public:
    sim_pidfd(int pid, std::shared_ptr<const sim_child> child) noexcept
        : pid_(pid), child_(std::move(child)) {}
    [[nodiscard]] std::uint32_t ready() const override { return child_->ended ? EPOLLIN : 0U; }
    [[nodiscard]] std::string describe() const override { return "child " + std::to_string(pid_); }

private:
    int pid_;
    std::shared_ptr<const sim_child> child_;
};

} // namespace

int child_table::start() {
    children_.emplace(next_, std::make_shared<sim_child>());
    return next_++;
}

bool child_table::end(int pid, int status) {
    const auto child = children_.find(pid);
    if (child == children_.end() || child->second->ended)
        return false;
    *child->second = {true, status};
    return true;
}

std::shared_ptr<description> child_table::open(int pid) const {
    const auto child = children_.find(pid);
    return child == children_.end() ? nullptr : std::make_shared<sim_pidfd>(pid, child->second);
}

result child_table::peek(int pid) const {
    return children_.contains(pid) ? done() : failed(ECHILD);
}

result child_table::wait(int pid, int& status) {
    const auto child = children_.find(pid);
    if (child == children_.end())
        return failed(ECHILD);
    if (!child->second->ended)
        return done(0);
    status = child->second->status;
    children_.erase(child);
    return done(pid);
}

} // namespace reactor::sim::detail
