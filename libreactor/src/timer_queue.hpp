#pragma once

#include "indexed_heap.hpp"
#include "usage_audit.hpp"

#include <reactor/timer.hpp>
#include <reactor/unique_function.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace reactor::detail {

/// `delay` after `now`, not before it and not past the end of time.
[[nodiscard]] inline std::chrono::nanoseconds later(std::chrono::nanoseconds now,
                                                    std::chrono::nanoseconds delay) noexcept {
    constexpr auto last = std::chrono::nanoseconds::max() - std::chrono::nanoseconds{1};
    return now + std::clamp(delay, std::chrono::nanoseconds{0}, last - now);
}

/// The loop's timers.  A node belongs to one `timer` for life.
class timer_queue {
public:
    explicit timer_queue(std::shared_ptr<usage_audit> usage = nullptr)
        : usage_(std::move(usage)), heap_(record{*this}) {}

    /// The loop is gone: nothing is pending any more, and nothing starts.
    void close() noexcept;
    /// Audit: says so when the calling thread is not the loop's.
    void check_usage() const noexcept {
        if (usage_)
            usage_->check("timer");
    }

    /// The loop's cached time, from which delays count.
    void set_now(std::chrono::nanoseconds now) noexcept { now_ = now; }
    [[nodiscard]] std::chrono::nanoseconds now() const noexcept { return now_; }

    [[nodiscard]] std::uint32_t add(unique_function<void()> function, timer::weight weight);
    void remove(std::uint32_t index) noexcept;
    /// `period` 0: once.
    void start(std::uint32_t index, std::chrono::nanoseconds time, std::chrono::nanoseconds period);
    void cancel(std::uint32_t index) noexcept;
    [[nodiscard]] bool pending(std::uint32_t index) const noexcept {
        return nodes_[index].state != state::idle;
    }
    /// Pending ones that keep the loop running.
    [[nodiscard]] std::size_t work() const noexcept { return work_; }
    [[nodiscard]] std::chrono::nanoseconds first() const noexcept;

    /// Collects what is due now, then calls `run(function)` for each that is not cancelled or
    /// restarted by an earlier one.  What is started meanwhile waits for the next call.  Gives the
    /// number run.
    template <class Run>
    std::size_t run_due(Run run) {
        collect_due();
        std::size_t count = 0;
        for (std::size_t i = 0; i < due_.size(); ++i) {
            const due_node due = due_[i];
            if (!begin(due))
                continue;
            // The function may destroy its own timer, so it runs outside its node.
            auto function = std::move(nodes_[due.node].function);
            run(function);
            ++count;
            if (nodes_[due.node].serial == due.serial)
                nodes_[due.node].function = std::move(function);
        }
        due_.clear();
        return count;
    }

private:
    enum class state : std::uint8_t { idle, waiting, collected };

    struct node {
        unique_function<void()> function;
        std::chrono::nanoseconds time{};
        std::chrono::nanoseconds period{};
        std::uint64_t start_number = 0; // changes with every start and cancel
        std::uint32_t place = 0;
        std::uint32_t serial = 0; // changes with every owner
        timer::weight weight = timer::weight::work;
        enum state state = state::idle;
    };
    struct due_node {
        std::uint32_t node;
        std::uint32_t serial;
        std::uint64_t start_number;
    };
    struct entry {
        std::chrono::nanoseconds time;
        std::uint64_t order; // equal times run in the order of their start
        std::uint32_t node;
        [[nodiscard]] bool before(const entry& other) const noexcept {
            return time != other.time ? time < other.time : order < other.order;
        }
    };
    struct record {
        timer_queue& queue;
        void operator()(const entry& e, std::uint32_t place) const noexcept {
            queue.nodes_[e.node].place = place;
        }
    };

    void collect_due();
    [[nodiscard]] bool begin(const due_node& due);

    std::shared_ptr<usage_audit> usage_; // null in tests of this class alone
    std::deque<node> nodes_;             // stable: a function may add timers while it runs
    std::vector<std::uint32_t> free_;
    indexed_heap<entry, record> heap_;
    std::vector<due_node> due_;
    std::chrono::nanoseconds now_{};
    std::uint64_t starts_ = 0;
    std::size_t work_ = 0;
    bool closed_ = false;
};

} // namespace reactor::detail
