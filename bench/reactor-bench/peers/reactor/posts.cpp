#include "bench/reactor-bench/cases/posts.hpp"

#include "bench/reactor-bench/peers/reactor/with_reactor.hpp"

#include <reactor/loop.hpp>
#include <reactor/work_guard.hpp>

namespace reactor_bench::with_reactor {

namespace {

class reactor_posts final : public post_target {
public:
    explicit reactor_posts(post_log& log) : log_(log) {}

    void post(std::uint64_t number) override {
        loop_.post([this, number] {
            log_.note(number);
            if (log_.done())
                loop_.stop();
        });
    }
    void run() override { loop_.run(); }

private:
    post_log& log_;
    reactor::loop loop_;
    reactor::work_guard until_stopped_{loop_};
};

} // namespace

std::unique_ptr<post_target> make_post_target(post_log& log) {
    return std::make_unique<reactor_posts>(log);
}

} // namespace reactor_bench::with_reactor
