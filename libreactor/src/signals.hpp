#pragma once

#include "post_queue.hpp"

#include <reactor/unique_function.hpp>

#include <csignal>
#include <memory>
#include <vector>

namespace reactor::detail {

/// The signals that one loop owns.  The handler sets a flag and wakes the loop; the former actions
/// come back.
class signals {
public:
    explicit signals(post_queue& queue) noexcept : queue_(queue) {}
    ~signals();
    signals(const signals&) = delete;
    signals& operator=(const signals&) = delete;

    /// Throws std::system_error.  An empty function gives the signal back.
    void watch(int number, unique_function<void()> function);
    /// SIGCHLD is the loop's from now on, with or without a function, and counts as arrived. Throws
    /// std::system_error.
    void watch_children();
    /// In a forked child: what arrived before the fork was the parent's.
    void forget_arrivals() noexcept;
    /// Calls `run(function)` for each signal that arrived since the last call, before it
    /// `children()` for SIGCHLD when that is watched for them.
    template <class Run, class Children>
    void serve(Run run, Children children) {
        for (std::size_t i = 0; i < watched_.size(); ++i) { // by index: a function may watch others
            const auto entry = watched_[i];                 // and may unwatch itself
            if (!take_arrival(entry->number))
                continue;
            if (entry->number == SIGCHLD && for_children_)
                children();
            if (entry->function)
                run(entry->function);
        }
    }

private:
    struct watched {
        int number;
        struct sigaction former;
        unique_function<void()> function;
    };
    using entries = std::vector<std::shared_ptr<watched>>;

    [[nodiscard]] static bool take_arrival(int number) noexcept;
    [[nodiscard]] entries::iterator find(int number) noexcept;
    void claim(int number, unique_function<void()> function);
    void give_back(entries::iterator entry) noexcept;

    post_queue& queue_;
    entries watched_; // shared with the call under way
    bool for_children_ = false;
};

} // namespace reactor::detail
