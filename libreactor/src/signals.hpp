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
    /// Calls `run(function)` for each signal that arrived since the last call.
    template <class Run>
    void serve(Run run) {
        for (std::size_t i = 0; i < watched_.size(); ++i) { // by index: a function may watch others
            const auto entry = watched_[i];                 // and may unwatch itself
            if (take_arrival(entry->number))
                run(entry->function);
        }
    }

private:
    struct watched {
        int number;
        struct sigaction former;
        unique_function<void()> function;
    };

    [[nodiscard]] static bool take_arrival(int number) noexcept;
    void unwatch(int number) noexcept;

    post_queue& queue_;
    std::vector<std::shared_ptr<watched>> watched_; // shared with the call under way
};

} // namespace reactor::detail
