#pragma once

#include "system.hpp"

#include <reactor/host_port.hpp>
#include <reactor/resolve.hpp>

#include <cstddef>
#include <memory>
#include <system_error>
#include <vector>

namespace reactor::detail {

class loop_core;
class lookups;
class post_queue;

/// One look-up, shared by its handle and whoever will answer.  The loop's thread alone touches it,
/// but for the last reference, which may go on another thread: by then `function` is empty.
struct lookup_state {
    lookups& all; ///< Only while `posts->core()` is there.
    std::shared_ptr<post_queue> posts;
    host_port target;
    lookup_function function; ///< Empty once it was called or cancelled.
};

/// The look-ups of one loop: how many run at a time, and how their answers come back.
class lookups {
public:
    explicit lookups(loop_core& core) noexcept : core_(core) {}

    [[nodiscard]] std::shared_ptr<lookup_state> begin(host_port target, lookup_function function);
    /// In a forked child: the threads that were to answer are the parent's.
    void begin_again();
    /// Takes the function out of one that is pending, and with it the loop's work.
    [[nodiscard]] static lookup_function take_function(lookup_state& state) noexcept;

private:
    static constexpr std::size_t most_running = 8;

    void start_waiting();
    void start(const std::shared_ptr<lookup_state>& state);
    void finished(const std::shared_ptr<lookup_state>& state, system::lookup_answer answer);
    /// Answers from the loop's next posts step, so that no function is called inside `resolve`.
    static void answer_later(std::shared_ptr<lookup_state> state, std::error_code ec,
                             std::vector<endpoint> addresses);
    static void deliver(lookup_state& state, std::error_code ec, std::vector<endpoint> addresses);

    loop_core& core_;
    std::vector<std::shared_ptr<lookup_state>> waiting_; // for their turn, in order
    std::vector<std::shared_ptr<lookup_state>> running_; // cancelled ones too: their threads are
};

} // namespace reactor::detail
