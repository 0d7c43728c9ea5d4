#include "bench/reactor-bench/cases/posts.hpp"

#include "bench/reactor-bench/peers/libev/with_libev.hpp"
#include "bench/reactor-bench/peers/post_queue.hpp"

namespace reactor_bench::with_libev {

namespace {

/// ev_async with a queue of one's own, as the manual has it ("Queueing").
class libev_posts final : public post_target {
public:
    explicit libev_posts(post_log& log) : log_(log) {
        ev_async_init(&wake_, on_wake);
        wake_.data = this;
        ev_async_start(loop_.get(), &wake_);
    }

    void post(std::uint64_t number) override {
        if (queue_.push([this, number] { log_.note(number); }))
            ev_async_send(loop_.get(), &wake_);
    }
    void run() override { ev_run(loop_.get(), 0); }

private:
    static void on_wake(struct ev_loop* loop, ev_async* wake, int /*events*/) {
        auto& self = *static_cast<libev_posts*>(wake->data);
        self.queue_.run();
        if (self.log_.done())
            ev_break(loop, EVBREAK_ALL);
    }

    post_log& log_;
    post_queue queue_;
    ev_async wake_{};
    owned_loop loop_ = make_loop();
};

} // namespace

std::unique_ptr<post_target> make_post_target(post_log& log) {
    return std::make_unique<libev_posts>(log);
}

} // namespace reactor_bench::with_libev
