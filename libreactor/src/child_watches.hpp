#pragma once

#include <reactor/unique_fd.hpp>
#include <reactor/unique_function.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace reactor::detail {

class loop_core;

/// The children that one loop watches.  A node belongs to one `child_watch` for life.
class child_watches {
public:
    explicit child_watches(loop_core& core) noexcept : core_(&core) {}

    /// Throws std::system_error.
    [[nodiscard]] std::uint32_t add(int pid, unique_function<void(int)> function);
    void remove(std::uint32_t index) noexcept;
    void cancel(std::uint32_t index) noexcept;
    [[nodiscard]] bool pending(std::uint32_t index) const noexcept {
        return nodes_[index].pid != nobody;
    }
    [[nodiscard]] std::size_t pending() const noexcept { return pending_; }
    /// Audit: says so when the calling thread is not the loop's.
    void check_usage() const noexcept;

    /// The node's own descriptor is readable.
    void serve(std::uint32_t index);
    /// SIGCHLD arrived: any of those without a descriptor may have ended.
    void serve_all();
    /// The poller forgot everything: names the descriptors to it again.
    void watch_again();
    /// In a forked child, whose own children these are not: nothing is pending any more.
    void abandon() noexcept;
    /// The loop is gone.
    void close() noexcept;

private:
    static constexpr int nobody = 0;

    struct node {
        unique_function<void(int)> function;
        unique_fd fd;     // empty: waits for SIGCHLD
        int pid = nobody; // while pending
    };

    void watch(std::uint32_t index, int pid);

    loop_core* core_;        // null once the loop is gone
    std::deque<node> nodes_; // stable: a function may add watches while it is called
    std::vector<std::uint32_t> free_;
    std::size_t pending_ = 0;
};

} // namespace reactor::detail
