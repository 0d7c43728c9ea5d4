#include "bench/reactor-bench/cases/timers.hpp"

#include "bench/measure/clock.hpp"
#include "bench/reactor-bench/peers/raw_epoll/raw_epoll.hpp"

#include <algorithm>
#include <functional>
#include <queue>

namespace reactor_bench::with_epoll {

namespace {

using std::chrono::milliseconds;

/// What a program without a library has for timers: a heap of when they are due, and the time-out
/// of the wait.  One that was cancelled stays in the heap until its time has come and is ignored
/// then.
class epoll_timers final : public timer_set {
public:
    epoll_timers(std::size_t count, timer_log& log) : starts_(count), log_(log) {}

    void add(std::size_t which, milliseconds delay) override {
        due_.push({now() + delay, which, ++starts_[which]});
        ++pending_;
    }
    void cancel(std::size_t which) override {
        ++starts_[which];
        --pending_;
    }

    void run() override {
        while (pending_ > 0) {
            const auto left = std::max(due_.top().due - now(), milliseconds{0});
            static_cast<void>(set_.wait(static_cast<int>(left.count())));
            for (const auto time = now(); pending_ > 0 && due_.top().due <= time;) {
                const auto next = due_.top();
                due_.pop();
                if (next.start == starts_[next.which]) {
                    --pending_;
                    log_.note(next.which);
                }
            }
        }
    }

private:
    struct entry {
        milliseconds due;
        std::size_t which;
        std::uint64_t start; // which of its starts and cancellations

        [[nodiscard]] bool operator>(const entry& other) const noexcept { return due > other.due; }
    };

    static milliseconds now() noexcept {
        return std::chrono::floor<milliseconds>(bench::monotonic_now());
    }

    std::priority_queue<entry, std::vector<entry>, std::greater<>> due_;
    std::vector<std::uint64_t> starts_; // of each timer, and its cancellations
    std::size_t pending_ = 0;
    timer_log& log_;
    epoll_set set_;
};

} // namespace

std::unique_ptr<timer_set> make_timers(std::size_t count, timer_log& log) {
    return std::make_unique<epoll_timers>(count, log);
}

} // namespace reactor_bench::with_epoll
