#include "bench/reactor-bench/cases/accept.hpp"

#include "bench/reactor-bench/peers/raw_epoll/raw_epoll.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <unordered_map>
#include <utility>

namespace reactor_bench::with_epoll {

namespace {

class epoll_acceptor final : public acceptor {
public:
    epoll_acceptor(reactor::unique_fd listener, accept_log& log)
        : listener_(std::move(listener)), log_(log) {
        set_.add(listener_.get(), number_of(listener_));
    }

    void turn() override {
        for (const auto& event : set_.wait(0)) {
            if (event.data.u64 == number_of(listener_))
                accept_all();
            else
                read(event.data.u64);
        }
    }

private:
    static std::uint64_t number_of(const reactor::unique_fd& fd) noexcept {
        return static_cast<std::uint64_t>(fd.get());
    }

    void accept_all() {
        for (;;) {
            reactor::unique_fd made(
                ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
            if (!made) {
                if (errno != EAGAIN)
                    log_.failed.set("accept4");
                return;
            }
            ++log_.accepted;
            ++log_.live;
            set_.add(made.get(), number_of(made));
            if (::send(made.get(), greeting.data(), greeting.size(), MSG_NOSIGNAL) < 0)
                log_.failed.set("send");
            const auto number = number_of(made);
            connections_.insert_or_assign(number, std::move(made));
        }
    }

    void read(std::uint64_t number) {
        char bytes[512];
        if (::recv(static_cast<int>(number), bytes, sizeof bytes, 0) > 0)
            return;
        connections_.erase(number);
        --log_.live;
    }

    reactor::unique_fd listener_;
    accept_log& log_;
    epoll_set set_;
    std::unordered_map<std::uint64_t, reactor::unique_fd> connections_;
};

} // namespace

std::unique_ptr<acceptor> make_acceptor(reactor::unique_fd listener, accept_log& log) {
    return std::make_unique<epoll_acceptor>(std::move(listener), log);
}

} // namespace reactor_bench::with_epoll
