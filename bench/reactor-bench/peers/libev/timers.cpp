#include "bench/reactor-bench/cases/timers.hpp"

#include "bench/reactor-bench/peers/libev/with_libev.hpp"

namespace reactor_bench::with_libev {

namespace {

class libev_timers final : public timer_set {
public:
    libev_timers(std::size_t count, timer_log& log) : timers_(count), log_(log) {
        for (auto& each : timers_) {
            ev_init(&each, on_time);
            each.data = this;
        }
    }

    void add(std::size_t which, std::chrono::milliseconds delay) override {
        ev_timer_set(&timers_[which], std::chrono::duration<double>(delay).count(), 0.0);
        ev_timer_start(loop_.get(), &timers_[which]);
    }
    void cancel(std::size_t which) override { ev_timer_stop(loop_.get(), &timers_[which]); }
    void run() override { ev_run(loop_.get(), 0); }

private:
    static void on_time(struct ev_loop* /*loop*/, ev_timer* timer, int /*events*/) {
        auto& self = *static_cast<libev_timers*>(timer->data);
        self.log_.note(static_cast<std::size_t>(timer - self.timers_.data()));
    }

    std::vector<ev_timer> timers_;
    timer_log& log_;
    owned_loop loop_ = make_loop();
};

} // namespace

std::unique_ptr<timer_set> make_timers(std::size_t count, timer_log& log) {
    return std::make_unique<libev_timers>(count, log);
}

} // namespace reactor_bench::with_libev
