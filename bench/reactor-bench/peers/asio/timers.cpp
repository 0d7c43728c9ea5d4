#include "bench/reactor-bench/cases/timers.hpp"

#include "bench/reactor-bench/peers/asio/with_asio.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

namespace reactor_bench::with_asio {

namespace {

class asio_timers final : public timer_set {
public:
    asio_timers(std::size_t count, timer_log& log) : log_(log) {
        timers_.reserve(count);
        for (std::size_t i = 0; i < count; ++i)
            timers_.emplace_back(context_);
    }

    void add(std::size_t which, std::chrono::milliseconds delay) override {
        timers_[which].expires_after(delay);
        timers_[which].async_wait([this, which](std::error_code ec) {
            if (!ec)
                log_.note(which);
        });
    }
    void cancel(std::size_t which) override { timers_[which].cancel(); }
    void run() override { context_.run(); }

private:
    timer_log& log_;
    asio::io_context context_{one_thread};
    std::vector<asio::steady_timer> timers_;
};

} // namespace

std::unique_ptr<timer_set> make_timers(std::size_t count, timer_log& log) {
    return std::make_unique<asio_timers>(count, log);
}

} // namespace reactor_bench::with_asio
