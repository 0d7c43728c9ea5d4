#include "bench/reactor-bench/cases/posts.hpp"

#include "bench/reactor-bench/peers/post_queue.hpp"
#include "bench/reactor-bench/peers/raw_epoll/raw_epoll.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace reactor_bench::with_epoll {

namespace {

class epoll_posts final : public post_target {
public:
    explicit epoll_posts(post_log& log)
        : log_(log), wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
        if (!wake_)
            throw std::system_error(errno, std::system_category(), "eventfd");
        set_.add(wake_.get(), 0);
    }

    void post(std::uint64_t number) override {
        if (queue_.push([this, number] { log_.note(number); }))
            ::eventfd_write(wake_.get(), 1);
    }

    void run() override {
        while (!log_.done()) {
            static_cast<void>(set_.wait());
            eventfd_t count = 0;
            ::eventfd_read(wake_.get(), &count);
            queue_.run();
        }
    }

private:
    post_log& log_;
    post_queue queue_;
    reactor::unique_fd wake_;
    epoll_set set_;
};

} // namespace

std::unique_ptr<post_target> make_post_target(post_log& log) {
    return std::make_unique<epoll_posts>(log);
}

} // namespace reactor_bench::with_epoll
