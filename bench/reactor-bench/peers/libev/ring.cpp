#include "bench/reactor-bench/cases/ring.hpp"
#include "bench/reactor-bench/peers/libev/with_libev.hpp"

#include <sys/socket.h>

#include <utility>

namespace reactor_bench::with_libev {

namespace {

struct place {
    ev_io watcher{};
    int next_writer = -1;
    ring_work* work = nullptr;
};

void on_readable(struct ev_loop* loop, ev_io* watcher, int /*events*/) {
    auto& here = *static_cast<place*>(watcher->data);
    char byte = 0;
    if (::recv(watcher->fd, &byte, 1, 0) != 1)
        here.work->failed.set("recv");
    else if (here.work->received(byte) && ::send(here.next_writer, &byte, 1, MSG_NOSIGNAL) != 1)
        here.work->failed.set("send");
    if (here.work->done())
        ev_break(loop, EVBREAK_ALL);
}

class libev_ring final : public ring {
public:
    explicit libev_ring(std::vector<socket_pair> sockets)
        : sockets_(std::move(sockets)), places_(sockets_.size()) {
        for (std::size_t i = 0; i < places_.size(); ++i) {
            auto& here = places_[i];
            here.next_writer = sockets_[(i + 1) % sockets_.size()].writer.get();
            ev_io_init(&here.watcher, on_readable, sockets_[i].reader.get(), EV_READ);
            here.watcher.data = &here;
            ev_io_start(loop_.get(), &here.watcher);
        }
        ev_run(loop_.get(), EVRUN_NOWAIT); // tells the kernel of them all
    }

    void run(ring_work& work) override {
        for (auto& each : places_)
            each.work = &work;
        ev_run(loop_.get(), 0);
    }

private:
    std::vector<socket_pair> sockets_;
    std::vector<place> places_;
    owned_loop loop_ = make_loop();
};

} // namespace

std::unique_ptr<ring> make_ring(std::vector<socket_pair> sockets) {
    return std::make_unique<libev_ring>(std::move(sockets));
}

} // namespace reactor_bench::with_libev
