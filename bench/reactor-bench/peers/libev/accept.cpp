#include "bench/reactor-bench/cases/accept.hpp"

#include "bench/reactor-bench/peers/libev/with_libev.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <unordered_map>
#include <utility>

namespace reactor_bench::with_libev {

namespace {

class libev_acceptor final : public acceptor {
public:
    libev_acceptor(reactor::unique_fd listener, accept_log& log)
        : listener_(std::move(listener)), log_(log) {
        ev_io_init(&incoming_, on_incoming, listener_.get(), EV_READ);
        incoming_.data = this;
        ev_io_start(loop_.get(), &incoming_);
    }

    void turn() override { ev_run(loop_.get(), EVRUN_NOWAIT); }

private:
    struct connection {
        reactor::unique_fd fd;
        ev_io input{};
    };

    static void on_incoming(struct ev_loop* /*loop*/, ev_io* watcher, int /*events*/) {
        auto& self = *static_cast<libev_acceptor*>(watcher->data);
        for (;;) {
            reactor::unique_fd made(
                ::accept4(watcher->fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
            if (made) {
                self.greet(std::move(made));
                continue;
            }
            if (errno != EAGAIN)
                self.log_.failed.set("accept4");
            return;
        }
    }

    void greet(reactor::unique_fd made) {
        ++log_.accepted;
        ++log_.live;
        if (::send(made.get(), greeting.data(), greeting.size(), MSG_NOSIGNAL) < 0)
            log_.failed.set("send");
        auto& one = connections_[made.get()];
        one.fd = std::move(made);
        ev_io_init(&one.input, on_input, one.fd.get(), EV_READ);
        one.input.data = this;
        ev_io_start(loop_.get(), &one.input);
    }

    static void on_input(struct ev_loop* loop, ev_io* watcher, int /*events*/) {
        auto& self = *static_cast<libev_acceptor*>(watcher->data);
        char bytes[512];
        if (::recv(watcher->fd, bytes, sizeof bytes, 0) > 0)
            return;
        ev_io_stop(loop, watcher);
        const int fd = watcher->fd;
        self.connections_.erase(fd);
        --self.log_.live;
    }

    owned_loop loop_ = make_loop();
    reactor::unique_fd listener_;
    accept_log& log_;
    ev_io incoming_{};
    std::unordered_map<int, connection> connections_; // which stay where they are
};

} // namespace

std::unique_ptr<acceptor> make_acceptor(reactor::unique_fd listener, accept_log& log) {
    return std::make_unique<libev_acceptor>(std::move(listener), log);
}

} // namespace reactor_bench::with_libev
