#include "bench/reactor-bench/cases/posts.hpp"

#include "bench/reactor-bench/peers/asio/with_asio.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

namespace reactor_bench::with_asio {

namespace {

class asio_posts final : public post_target {
public:
    explicit asio_posts(post_log& log) : log_(log) {}

    void post(std::uint64_t number) override {
        asio::post(context_, [this, number] {
            log_.note(number);
            if (log_.done())
                context_.stop();
        });
    }
    void run() override { context_.run(); }

private:
    post_log& log_;
    asio::io_context context_{one_thread};
    asio::executor_work_guard<asio::io_context::executor_type> until_stopped_{
        context_.get_executor()};
};

} // namespace

std::unique_ptr<post_target> make_post_target(post_log& log) {
    return std::make_unique<asio_posts>(log);
}

} // namespace reactor_bench::with_asio
