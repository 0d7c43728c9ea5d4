#include "bench/reactor-bench/cases/posts.hpp"

#include "bench/reactor-bench/peers/libevent/with_libevent.hpp"

#include <memory>
#include <new>

namespace reactor_bench::with_libevent {

namespace {

/// event_base_once: an event that is due at once, which any thread may add.
class libevent_posts final : public post_target {
public:
    explicit libevent_posts(post_log& log) : log_(log) {}

    void post(std::uint64_t number) override {
        auto what = std::make_unique<posted>(posted{this, number});
        if (event_base_once(base_.get(), -1, EV_TIMEOUT, on_posted, what.get(), nullptr) != 0)
            throw std::bad_alloc();
        static_cast<void>(what.release()); // on_posted has it
    }
    void run() override { event_base_loop(base_.get(), EVLOOP_NO_EXIT_ON_EMPTY); }

private:
    struct posted {
        libevent_posts* owner;
        std::uint64_t number;
    };

    static void on_posted(int /*fd*/, short /*what*/, void* argument) {
        const std::unique_ptr<posted> what(static_cast<posted*>(argument));
        what->owner->log_.note(what->number);
        if (what->owner->log_.done())
            event_base_loopbreak(what->owner->base_.get());
    }

    post_log& log_;
    owned_base base_ = make_shared_base();
};

} // namespace

std::unique_ptr<post_target> make_post_target(post_log& log) {
    return std::make_unique<libevent_posts>(log);
}

} // namespace reactor_bench::with_libevent
