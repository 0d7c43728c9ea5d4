#include "bench/reactor-bench/cases/timers.hpp"

#include "bench/reactor-bench/peers/reactor/with_reactor.hpp"

#include <reactor/loop.hpp>
#include <reactor/timer.hpp>

namespace reactor_bench::with_reactor {

namespace {

class reactor_timers final : public timer_set {
public:
    reactor_timers(std::size_t count, timer_log& log) {
        timers_.reserve(count);
        for (std::size_t i = 0; i < count; ++i)
            timers_.emplace_back(loop_, [&log, i] { log.note(i); });
    }

    void add(std::size_t which, std::chrono::milliseconds delay) override {
        timers_[which].start(delay);
    }
    void cancel(std::size_t which) override { timers_[which].cancel(); }
    void run() override { loop_.run(); }

private:
    reactor::loop loop_;
    std::vector<reactor::timer> timers_;
};

} // namespace

std::unique_ptr<timer_set> make_timers(std::size_t count, timer_log& log) {
    return std::make_unique<reactor_timers>(count, log);
}

} // namespace reactor_bench::with_reactor
