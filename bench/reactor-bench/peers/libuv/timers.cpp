#include "bench/reactor-bench/cases/timers.hpp"

#include "bench/reactor-bench/peers/libuv/with_libuv.hpp"

namespace reactor_bench::with_libuv {

namespace {

class libuv_timers final : public timer_set {
public:
    libuv_timers(std::size_t count, timer_log& log) : timers_(count), log_(log) {
        for (auto& each : timers_) {
            check(uv_timer_init(loop_.get(), &each), "uv_timer_init");
            each.data = this;
        }
    }

    void add(std::size_t which, std::chrono::milliseconds delay) override {
        uv_timer_start(&timers_[which], on_time, static_cast<std::uint64_t>(delay.count()), 0);
    }
    void cancel(std::size_t which) override { uv_timer_stop(&timers_[which]); }
    void run() override { uv_run(loop_.get(), UV_RUN_DEFAULT); }

private:
    static void on_time(uv_timer_t* timer) {
        auto& self = *static_cast<libuv_timers*>(timer->data);
        self.log_.note(static_cast<std::size_t>(timer - self.timers_.data()));
    }

    std::vector<uv_timer_t> timers_;
    timer_log& log_;
    loop loop_;
};

} // namespace

std::unique_ptr<timer_set> make_timers(std::size_t count, timer_log& log) {
    return std::make_unique<libuv_timers>(count, log);
}

} // namespace reactor_bench::with_libuv
