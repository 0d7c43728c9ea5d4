#include "bench/reactor-bench/cases/posts.hpp"

#include "bench/reactor-bench/peers/libuv/with_libuv.hpp"
#include "bench/reactor-bench/peers/post_queue.hpp"

namespace reactor_bench::with_libuv {

namespace {

/// uv_async_t wakes and carries nothing, so there is a queue of one's own beside it.
class libuv_posts final : public post_target {
public:
    explicit libuv_posts(post_log& log) : log_(log) {
        check(uv_async_init(loop_.get(), &wake_, on_wake), "uv_async_init");
        wake_.data = this;
    }

    void post(std::uint64_t number) override {
        if (queue_.push([this, number] { log_.note(number); }))
            uv_async_send(&wake_);
    }
    void run() override { uv_run(loop_.get(), UV_RUN_DEFAULT); }

private:
    static void on_wake(uv_async_t* wake) {
        auto& self = *static_cast<libuv_posts*>(wake->data);
        self.queue_.run();
        if (self.log_.done())
            uv_stop(wake->loop);
    }

    post_log& log_;
    post_queue queue_;
    uv_async_t wake_{};
    loop loop_;
};

} // namespace

std::unique_ptr<post_target> make_post_target(post_log& log) {
    return std::make_unique<libuv_posts>(log);
}

} // namespace reactor_bench::with_libuv
