#include "bench/reactor-bench/cases/timers.hpp"

#include "bench/reactor-bench/peers/libevent/with_libevent.hpp"

namespace reactor_bench::with_libevent {

namespace {

struct numbered_timer {
    timer_log* log = nullptr;
    std::size_t number = 0;
    owned_event event;
};

void on_time(int /*fd*/, short /*what*/, void* argument) {
    const auto& one = *static_cast<const numbered_timer*>(argument);
    one.log->note(one.number);
}

class libevent_timers final : public timer_set {
public:
    libevent_timers(std::size_t count, timer_log& log) : timers_(count) {
        for (std::size_t i = 0; i < count; ++i) {
            timers_[i].log = &log;
            timers_[i].number = i;
            timers_[i].event = make_event(base_.get(), -1, 0, on_time, &timers_[i]);
        }
    }

    void add(std::size_t which, std::chrono::milliseconds delay) override {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(delay);
        const std::chrono::microseconds rest = delay - seconds;
        const timeval time{.tv_sec = seconds.count(), .tv_usec = rest.count()};
        event_add(timers_[which].event.get(), &time);
    }
    void cancel(std::size_t which) override { event_del(timers_[which].event.get()); }
    void run() override { event_base_dispatch(base_.get()); }

private:
    owned_base base_ = make_base();
    std::vector<numbered_timer> timers_;
};

} // namespace

std::unique_ptr<timer_set> make_timers(std::size_t count, timer_log& log) {
    return std::make_unique<libevent_timers>(count, log);
}

} // namespace reactor_bench::with_libevent
